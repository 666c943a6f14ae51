"""The transition function of rotation.md, explored exhaustively over small worlds: python3 rotation_model.py

A world is one client (a cookie jar shared by tabs, or a client with its own store), requests and answers in flight over a network that delays them (at most LEG ticks each
way), reorders, loses and repeats them, API calls that confirm late, a second node whose clock differs, a database that may fall back to an earlier row. There is no thief here: every
path that ends in theft is a false alarm, and is printed. A token is the path of its siblings: (0,1) is the second child of (0,).
"""
from collections import deque

# row: status, current, previous, handed_out (age), confirmed_at (age), confirmed, recoveries, minted (age)
def new(old): return ("live", (0,), None, old, old, True, 0, old)

def present(row, t, window, limit, echo=False, skew=0):
    """-> row', token handed out or None, name of the answer."""
    st, cur, prev, h, c, conf, rec, m = row
    if st != "live": return row, None, "unauthorised"
    within = lambda age: age + skew < window
    opened = within(c) if conf else within(h)
    if t == cur:
        if within(h):
            row = row if conf else (st, cur, prev, h, 0, True, rec, m)
            if not echo: return row, None, "access only"
            return ((*row[:3], 0, *row[4:]), cur, "access, same token") if within(m) else (row, None, "not now")
        n = cur + (0,); return ("live", n, cur, 0, 99, False, 0, 0), n, "rotate"
    if len(t) > len(cur) or (len(t) == len(cur) and t[-1] > max(cur[-1], rec) and (prev is None or t[:-1] == prev)):
        # a sibling up to rec was minted: it is displaced, not newer. Where a token must be named, one that the row never saw minted counts as minted long ago
        return ("live", t, t[:-1] or None, 0, 0, True, 0, window if echo else 0), None, "rollback"
    sibling = prev is not None and len(t) == len(cur) and t[:-1] == prev
    if t == prev or sibling:
        if opened: return ((*row[:3], 0, *row[4:]), cur, "again") if conf or within(m) else (row, None, "not now")
        if conf: return ("theft", *row[1:]), None, "theft"
        if sibling: n = t + (0,); return ("live", n, t, 0, 99, False, 0, 0), n, "promote"
        if rec >= limit: return ("ended", *row[1:]), None, "unauthorised: too many recoveries"
        n = prev + (cur[-1] + 1,); return ("live", n, prev, 0, 99, False, rec + 1, 0), n, "recover"
    return ("theft", *row[1:]), None, "theft"

def use(row, t, window):
    """An access token minted with refresh token t is verified by somebody who reaches the store."""
    st, cur, prev, h, c, conf, rec, m = row
    if st != "live": return row
    if t == cur: return row if conf else (st, cur, prev, h, 0, True, rec, m)
    if prev is not None and len(t) == len(cur) and t[:-1] == prev:
        if conf and window == 0: return row
        return ("theft", *row[1:]) if conf else (st, t, prev, h, 0, True, rec, m)
    return row

def explore(window, leg=1, loss=2, flight=2, generations=4, limit=99, echo=False, repeat=0, late=None, skew=0, rollback=0, most=1_500_000):
    old = window + skew + 1
    older = lambda a: min(a + 1, old)
    tick = lambda r: (*r[:3], older(r[3]), older(r[4]), *r[5:7], older(r[7]))
    start = (new(old), (0,), (), (), (), 0, 0, (), 0); seen = {start: None}; todo = deque([start]); n = 0
    while todo:
        s = todo.popleft(); row, jar, req, ans, api, lost, rep, hist, rb = s; n += 1
        if row[0] == "theft":
            path = []
            while s is not None: path.append(s); s = seen[s]
            return n, path[::-1]
        if n > most or len(row[1]) > generations: continue
        nx = []
        def put(row=row, jar=jar, req=req, ans=ans, api=api, lost=lost, rep=rep, hist=hist, rb=rb):
            nx.append((row, jar, tuple(sorted(req)), tuple(sorted(ans)), tuple(sorted(api)), lost, rep, hist, rb))
        if len(req) + len(ans) < flight: put(req=req + ((jar, 0),))
        for i, (t, _) in enumerate(req):
            rest = req[:i] + req[i+1:]
            for d in ({-skew, 0, skew}):
                r2, out, _name = present(row, t, window, limit, echo, d)
                r2 = (*r2[:3], min(r2[3], old), min(r2[4], old), *r2[5:])
                h2 = (hist + (row,))[-2:] if rollback and r2 != row else hist
                more = ans + (((out, 0),) if out else ())
                put(row=r2, req=rest, ans=more, hist=h2)
                if rep < repeat: put(row=r2, ans=more, hist=h2, rep=rep + 1)
            if lost < loss: put(req=rest, lost=lost + 1)
        for i, (t, _) in enumerate(ans):
            rest = ans[:i] + ans[i+1:]; put(jar=t, ans=rest)
            if lost < loss: put(ans=rest, lost=lost + 1)
        if late is None: put(row=use(row, jar, window))
        else:
            if not api and not (row[1] == jar and row[5]): put(api=((jar, 0),))
            for i, (t, _) in enumerate(api): put(row=use(row, t, window), api=api[:i] + api[i+1:])
        if rb < rollback:
            for o in hist: put(row=(*o[:3], 0, *o[4:]), rb=rb + 1, hist=())      # an unclean start counts every chain as handed out
        if all(a < leg for _, a in req + ans) and all(a < late for _, a in api):
            put(row=tick(row), req=tuple((t, a + 1) for t, a in req), ans=tuple((t, a + 1) for t, a in ans), api=tuple((t, a + 1) for t, a in api), hist=tuple(map(tick, hist)))
        for x in nx:
            if x not in seen: seen[x] = s; todo.append(x)
    return n, None

WORLDS = [
    ("two in flight, two losses", dict(window=3)),
    ("three in flight, two losses", dict(window=3, flight=3, generations=3)),
    ("five at once", dict(window=3, flight=5, generations=2, loss=0)),
    ("legs of two ticks", dict(window=5, leg=2, generations=3)),
    ("requests repeated by a proxy", dict(window=3, generations=3, repeat=2)),
    ("confirmed late by API calls", dict(window=3, late=2)),
    ("transport that must name a token", dict(window=3, echo=True)),
    ("two nodes, clocks one tick apart", dict(window=4, skew=1, generations=3)),
    ("database falls back once, no other loss", dict(window=3, rollback=1, loss=0)),
    ("falls back where a token must be named", dict(window=3, rollback=1, loss=0, echo=True)),
    ("WEAKER: window shorter than a round trip", dict(window=2)),
    ("WEAKER: clocks apart, window not widened", dict(window=3, skew=1, generations=3)),
]
if __name__ == "__main__":
    for name, world in WORLDS:
        n, path = explore(**world); print(f"{name:44s}{n:9d} states   {'no false alarm' if path is None else f'FALSE ALARM in {len(path) - 1} steps'}", flush=True)
