// Lets supertokens-node's own functions choose credentials and write responses, and notes what they do: cases.json.
//
//   npm install --prefix /tmp/stnode supertokens-node@24.0.3
//   NODE_PATH=/tmp/stnode/node_modules node cases.js > cases.json
"use strict";

const built = "supertokens-node/lib/build/";
const { normaliseInputAppInfoOrThrowError } = require(built + "utils");
const NormalisedURLDomain = require(built + "normalisedURLDomain").default;
const NormalisedURLPath = require(built + "normalisedURLPath").default;
const framework = require(built + "framework/utils");
const { buildFrontToken, clearSessionFromAllTokenTransferMethods, getCORSAllowedHeaders } = require(
    built + "recipe/session/cookieAndHeaders",
);
const { normaliseSessionScopeOrThrowError, validateAndNormaliseUserInput } = require(built + "recipe/session/utils");
const requests = require(built + "recipe/session/sessionRequestFunctions");
const SessionClass = require(built + "recipe/session/sessionClass").default;
const { version } = require(built + "version");

const NOW = 1_700_000_000_000;
Date.now = () => NOW;

// The form of an access token that the original takes for one of its own; and one of somebody else.
const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
const OURS = [
    part({ alg: "RS256", typ: "JWT", version: "5", kid: "d-1" }),
    part({ sub: "u", exp: 2e9, iat: 1e9, sessionHandle: "h", refreshTokenHash1: "r", rsub: "u", tId: "public" }),
    "sig",
].join(".");
const THEIRS = [part({ alg: "RS256" }), part({ sub: "u" }), "sig"].join(".");

const SITES = { api: "https://api.example.com", website: "https://example.com" };

function configured({ api, website }, options) {
    const appInfo = normaliseInputAppInfoOrThrowError({ appName: "App", apiDomain: api, websiteDomain: website });
    const { setting, ...rest } = options;
    if (setting !== undefined) rest.getTokenTransferMethod = () => setting;
    return { appInfo, config: validateAndNormaliseUserInput({}, appInfo, rest) };
}

function requestOf({ method = "POST", headers = {} }) {
    return {
        wrapperUsed: true,
        getMethod: () => method.toLowerCase(),
        getHeaderValue: (name) => headers[name],
        getCookieValue: (name) => framework.getCookieValueFromHeaders(headers, name),
    };
}

// A response of Node, as the original's wrapper for Express writes it.
function responseOf() {
    const lines = {};
    const raw = {
        getHeader: (name) => lines[name.toLowerCase()],
        getHeaders: () => lines,
        setHeader: (name, value) => void (lines[name.toLowerCase()] = value),
    };
    return {
        wrapperUsed: true,
        setHeader: (...all) => framework.setHeaderForExpressLikeResponse(raw, ...all),
        removeHeader: (name) => void delete lines[name],
        setCookie: (...all) => framework.setCookieForServerResponse(raw, ...all),
        parts: () => {
            const { "set-cookie": cookies = [], "access-control-expose-headers": exposed, ...headers } = lines;
            return {
                cookies: [cookies].flat().sort(),
                headers,
                exposed: exposed === undefined ? [] : exposed.split(", ").sort(),
            };
        },
    };
}

function sessionOf(config, antiCsrf) {
    const refresh = { token: "new+refresh", expiry: NOW + 1e9 };
    const front = buildFrontToken("u", NOW + 3e6, { sub: "u" });
    return new SessionClass({ config }, OURS, front, refresh, antiCsrf, "h", "u", "u", {}, undefined, true, "public");
}

const stInstance = {
    framework: "express",
    getRecipeInstanceOrThrow: () => ({ getIssuer: async () => "issuer" }),
};

// Which access token counts, and what else the request has to prove.
async function verify({ options, request, check }) {
    const { config } = configured(SITES, options);
    let outcome;
    const session = { assertClaims: async () => {} };
    session.attachToRequestResponse = async ({ transferMethod }) => void (outcome.method = transferMethod);
    const recipeInterfaceImpl = {
        getSession: async ({ accessToken, options }) => {
            if (accessToken === undefined) {
                outcome = { method: "none" };
                return undefined;
            }
            outcome = { token: options.antiCsrfCheck && config.antiCsrfFunctionOrString === "VIA_TOKEN" };
            return session;
        },
    };
    try {
        const recipeInstance = { getRequiredClaimValidators: async () => [] };
        const [req, res] = [requestOf(request), responseOf()];
        const rest = { config, recipeInterfaceImpl, recipeInstance, stInstance, userContext: {} };
        await requests.getSessionFromRequest({ req, res, options: { antiCsrfCheck: check }, ...rest });
    } catch (error) {
        if (error.type === undefined) throw error;
        outcome = { error: error.type };
    }
    return { options, request, check, ...outcome };
}

// Which refresh token counts, and what the response of a refresh has.
async function refresh({ options, request }) {
    const { config } = configured(SITES, options);
    const [req, res] = [requestOf(request), responseOf()];
    const recipeInterfaceImpl = { refreshSession: async () => sessionOf(config, undefined) };
    let error;
    try {
        const rest = { config, recipeInterfaceImpl, stInstance, userContext: {} };
        await requests.refreshSessionInRequest({ req, res, ...rest });
    } catch (thrown) {
        if (thrown.type !== "UNAUTHORISED" || !thrown.payload.clearTokens) throw thrown;
        error = thrown.type;
        clearSessionFromAllTokenTransferMethods(config, res, req, {});
    }
    return { options, request, error, ...res.parts() };
}

// How the tokens of a new session travel, and what its response has.
async function create({ sites = SITES, options, request, antiCsrf }) {
    const { appInfo, config } = configured(sites, options);
    const [req, res] = [requestOf(request), responseOf()];
    const recipeInstance = {
        getClaimsAddedByOtherRecipes: () => [],
        recipeInterfaceImpl: {
            createNewSession: async ({ disableAntiCsrf }) => sessionOf(config, disableAntiCsrf ? undefined : antiCsrf),
        },
    };
    const rest = { recipeInstance, config, appInfo, stInstance, userContext: {} };
    await requests.createNewSessionInRequest({ req, res, userId: "u", tenantId: "public", ...rest });
    return { sites, options, request, antiCsrf, ...res.parts() };
}

function attempt(make) {
    try {
        return make();
    } catch {
        return null;
    }
}

function defaults(api, website) {
    const { config } = configured({ api, website }, {});
    const sameSite = config.getCookieSameSite({});
    return { api, website, sameSite, secure: config.cookieSecure, antiCsrf: config.antiCsrfFunctionOrString({}) };
}

const AUTHORIZATIONS = [undefined, OURS, THEIRS];
const COOKIES = [undefined, OURS, THEIRS, "twice"];
const SETTINGS = [undefined, "any", "header", "cookie"];

function cookieLine(name, value) {
    return value === "twice" ? `${name}=${OURS}; x=y; ${name}=${OURS}` : `${name}=${value}`;
}

function headersOf(authorization, cookies) {
    const headers = {};
    if (authorization !== undefined) headers.authorization = `Bearer ${authorization}`;
    const lines = cookies.filter(([, value]) => value !== undefined);
    if (lines.length > 0) headers.cookie = lines.map(([name, value]) => cookieLine(name, value)).join("; ");
    return headers;
}

async function main() {
    const verified = [];
    for (const setting of SETTINGS.slice(1)) {
        for (const authorization of AUTHORIZATIONS) {
            for (const cookie of COOKIES) {
                const headers = headersOf(authorization, [["sAccessToken", cookie]]);
                verified.push(await verify({ options: { setting }, request: { method: "GET", headers } }));
            }
        }
    }
    const legacy = headersOf(OURS, [["sIdRefreshToken", "x"], ["sAccessToken", OURS]]);
    verified.push(await verify({ options: {}, request: { headers: legacy } }));
    for (const antiCsrf of ["NONE", "VIA_CUSTOM_HEADER", "VIA_TOKEN"]) {
        for (const method of ["GET", "POST", "HEAD"]) {
            for (const check of [undefined, true, false]) {
                for (const rid of [undefined, "anti-csrf"]) {
                    const headers = { rid, ...headersOf(undefined, [["sAccessToken", OURS]]) };
                    verified.push(await verify({ options: { antiCsrf }, request: { method, headers }, check }));
                }
            }
        }
        for (const headers of [{}, headersOf(OURS, [])]) {
            verified.push(await verify({ options: { antiCsrf }, request: { headers }, check: true }));
        }
    }

    const refreshed = [];
    for (const setting of SETTINGS.slice(1)) {
        for (const authorization of [undefined, "old"]) {
            for (const cookie of [undefined, "old", ""]) {
                const headers = headersOf(authorization, [["sRefreshToken", cookie]]);
                refreshed.push(await refresh({ options: { setting }, request: { headers } }));
            }
        }
    }
    const custom = { antiCsrf: "VIA_CUSTOM_HEADER" };
    const cookies = [["sRefreshToken", "old"], ["sIdRefreshToken", "x"]];
    for (const request of [
        { headers: headersOf(undefined, [["sRefreshToken", "old"]]) },
        { headers: { rid: "session", ...headersOf(undefined, cookies) } },
        { headers: headersOf("old", []) },
        { headers: headersOf(undefined, [["sAccessToken", OURS], ["sIdRefreshToken", "x"]]) },
    ]) {
        refreshed.push(await refresh({ options: custom, request }));
    }

    const created = [];
    for (const setting of SETTINGS) {
        for (const mode of [undefined, "cookie", "header", "Cookie", "other"]) {
            created.push(await create({ options: { setting }, request: { headers: { "st-auth-mode": mode } } }));
        }
    }
    const wish = (mode, headers = {}) => ({ headers: { "st-auth-mode": mode, ...headers } });
    const local = { api: "http://localhost:3001", website: "http://127.0.0.1:3000" };
    const apart = { api: "https://api.example.com", website: "https://example.org" };
    const domains = { cookieDomain: ".Example.com", accessTokenPath: "/api/" };
    const exposed = { exposeAccessTokenToFrontendInCookieBasedAuth: true };
    for (const one of [
        { options: { antiCsrf: "VIA_TOKEN" }, request: wish("cookie"), antiCsrf: "csrf" },
        { options: { antiCsrf: "VIA_TOKEN" }, request: wish("header"), antiCsrf: "csrf" },
        { options: {}, request: wish("cookie", headersOf(OURS, [])) },
        { options: {}, request: wish("header", headersOf(undefined, [["sAccessToken", THEIRS]])) },
        { options: exposed, request: wish("cookie") },
        { options: domains, request: wish("cookie") },
        { options: { cookieSameSite: "Strict", cookieSecure: false }, request: wish("cookie") },
        { sites: local, options: {}, request: wish("cookie") },
        { sites: apart, options: {}, request: wish("cookie") },
    ]) {
        created.push(await create(one));
    }

    const [one, two] = ["https://api.example.com", "https://www.example.com"];
    const sites = [
        [one, two],
        [one, "https://example.org"],
        [one, "http://example.com"],
        ["http://api.example.com", "http://example.com"],
        ["https://a.github.io", "https://b.github.io"],
        ["https://a.example.co.uk", "https://b.example.co.uk"],
        ["https://a.co.uk", "https://b.co.uk"],
        ["https://ec2-1.compute-1.amazonaws.com", "https://ec2-1.compute-1.amazonaws.com"],
        ["https://ec2-1.compute-1.amazonaws.com", "https://ec2-2.compute-1.amazonaws.com"],
        ["http://machine.local", "http://machine.local"],
        ["http://a.machine.local", "http://b.machine.local"],
        ["localhost:3001", "localhost:3000"],
        ["127.0.0.1:3001", "localhost:3000"],
        ["192.168.0.1", "10.0.0.1"],
        ["https://localhost", "http://localhost"],
    ];
    const addresses = ["https://A.com/x?y#z", "a.com", "a.com:8080/x", ".a.com", "localhost", "localhost:3000/x"];
    addresses.push("127.0.0.1:3000", "https://127.0.0.1", "http://a.com:80", " a.com ", "/a.com", "", "a", "http://");
    const paths = ["", "/", "auth", "/auth", "/auth/", " auth ", "/a/b", "a/b/", "https://a.com/auth", "a.com/auth"];
    paths.push("localhost/auth", "https://a.com", "/.netlify/x", "/a?b=c", "/A/b", "a.com", "/a b");
    const scopes = ["a.com", ".a.com", ".A.com", "https://api.a.com:3000/x", ".localhost", "localhost", ".127.0.0.1"];
    scopes.push("", "https://", "a.com/x", ".a.com:80");

    const lists = {
        verify: verified,
        refresh: refreshed,
        create: created,
        defaults: sites.map(([api, website]) => defaults(api, website)),
        addresses: addresses.map((given) => [given, attempt(() => new NormalisedURLDomain(given).value)]),
        paths: paths.map((given) => [given, attempt(() => new NormalisedURLPath(given).value)]),
        cookie_domains: scopes.map((given) => [given, attempt(() => normaliseSessionScopeOrThrowError(given))]),
        cors_headers: getCORSAllowedHeaders(),
    };
    const lines = (list) => list.map((one) => "    " + JSON.stringify(one)).join(",\n");
    const all = Object.entries(lists).map(([name, list]) => `  "${name}": [\n${lines(list)}\n  ]`);
    const text = `{\n  "of": "supertokens-node ${version}",\n  "now": ${NOW},\n${all.join(",\n")}\n}`;
    // What the tokens say is of no matter from here on.
    console.log(text.replaceAll(OURS, "ours").replaceAll(THEIRS, "theirs"));
}

main();
