// Asks supertokens-node's own claims and validators, and writes what they say: cases.json.
//
//   npm install --prefix /tmp/stnode supertokens-node@24.0.3
//   NODE_PATH=/tmp/stnode/node_modules node cases.js > cases.json
"use strict";

const built = "supertokens-node/lib/build/recipe/session/";
const { PrimitiveClaim, PrimitiveArrayClaim } = require(built + "claims");
const { version } = require("supertokens-node/lib/build/version");

const NOW = 1_700_000_000_000;
Date.now = () => NOW;

const PRIMITIVE = ["hasValue"];

function claimOf({ key, rule, defaultMaxAge, fetched }) {
    const Claim = PRIMITIVE.includes(rule) ? PrimitiveClaim : PrimitiveArrayClaim;
    return new Claim({ key, fetchValue: () => fetched, defaultMaxAgeInSeconds: defaultMaxAge });
}

function validatorOf(asked) {
    return claimOf(asked).validators[asked.rule](asked.argument, asked.maxAge, asked.id);
}

// One validator and one payload.
const values = {
    hasValue: [undefined, null, true, false, 1, 1.5, "a", ["a"]],
    arrays: [undefined, [], ["a"], ["a", "b"], ["b", "c"], [1, 2], [true]],
};
const asked = [
    ...[true, 1, 1.5, "a"].map((argument) => ({ rule: "hasValue", argument })),
    ...["includes", "excludes"].flatMap((rule) => ["a", 1, true].map((argument) => ({ rule, argument }))),
    ...["includesAll", "includesAny", "excludesAll"].flatMap((rule) =>
        [["a"], ["a", "b"], [1], []].map((argument) => ({ rule, argument })),
    ),
];
const ages = [
    { age: 0 },
    { age: 301_000 },
    { age: 300_000, defaultMaxAge: 300 },
    { age: 300_001, defaultMaxAge: 300 },
    { age: 301_000, defaultMaxAge: 300 },
    { age: 301_000, defaultMaxAge: 300, maxAge: 600 },
    { age: 1_500, defaultMaxAge: 300, maxAge: 1 },
    { age: 1_500, maxAge: 0.5 },
    { age: -5_000, maxAge: 0 },
    { defaultMaxAge: 300 },
];

async function single(asked, payload) {
    asked = { key: "k", ...asked };
    const validator = validatorOf(asked);
    const { isValid, reason } = await validator.validate(payload);
    if (isValid !== (reason === undefined)) throw new Error("a failure has a reason");
    return { ...asked, payload, refetch: await validator.shouldRefetch(payload), reason };
}

function stored(value, age) {
    return value === undefined ? {} : { k: { v: value, t: age === undefined ? undefined : NOW - age } };
}

// Several validators together, as verifySession asks them.
const fresh = (v) => ({ v, t: NOW - 1 });
const bySet = [
    { payload: { sub: "u" }, validators: [] },
    { payload: { a: fresh(true) }, validators: [{ key: "a", rule: "hasValue", argument: true, fetched: false }] },
    { payload: {}, validators: [{ key: "a", rule: "hasValue", argument: true, fetched: true }] },
    { payload: {}, validators: [{ key: "a", rule: "hasValue", argument: true }] },
    { payload: { a: 1 }, validators: [{ key: "a", rule: "hasValue", argument: true, fetched: false }] },
    {
        payload: { x: 1, a: { v: false, t: NOW - 11_000 } },
        validators: [
            { key: "a", rule: "hasValue", argument: true, fetched: true, maxAge: 10, id: "first" },
            { key: "r", rule: "includes", argument: "admin", fetched: ["user"], id: "second" },
            { key: "r", rule: "excludes", argument: "user", fetched: ["never"], id: "third" },
        ],
    },
    {
        payload: { sub: "u", iat: 1 },
        validators: [
            { key: "iat", rule: "hasValue", argument: true, fetched: true },
            { key: "p", rule: "includesAny", argument: ["r", "w"], fetched: [] },
        ],
    },
];

async function together(validateClaims, protectedProps, { payload, validators }) {
    const input = {
        userId: "user",
        recipeUserId: undefined,
        accessTokenPayload: payload,
        claimValidators: validators.map(validatorOf),
        userContext: {},
    };
    const { invalidClaims, accessTokenPayloadUpdate } = await validateClaims(input);
    const after = accessTokenPayloadUpdate;
    if (after !== undefined) for (const name of protectedProps) delete after[name];
    return { payload, validators, after, failures: invalidClaims };
}

async function main() {
    const singles = [];
    for (const one of asked) {
        for (const value of one.rule === "hasValue" ? values.hasValue : values.arrays) {
            singles.push(await single(one, stored(value, 0)));
        }
    }
    for (const { age, ...maxAges } of ages) {
        singles.push(await single({ rule: "hasValue", argument: "a", ...maxAges }, stored("b", age)));
        singles.push(await single({ rule: "includes", argument: "a", ...maxAges }, stored(["a"], age)));
    }
    const { validateClaims } = require(built + "recipeImplementation").default(undefined, {}, {}, () => undefined);
    const { protectedProps } = require(built + "constants");
    const sets = [];
    for (const one of bySet) sets.push(await together(validateClaims, protectedProps, one));
    const lines = (list) => list.map((one) => "    " + JSON.stringify(one)).join(",\n");
    console.log(`{\n  "of": "supertokens-node ${version}",\n  "now": ${NOW},`);
    console.log(`  "single": [\n${lines(singles)}\n  ],\n  "together": [\n${lines(sets)}\n  ]\n}`);
}

main();
