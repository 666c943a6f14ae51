"""Writes transitions.txt: what docs/rotation_model.py answers to each token in each row that can be reached.

    python3 crates/session/tests/rotation/transitions.py

Reached are the rows of the model's worlds, of two worlds with low recovery limits, and of a closure in which anybody may
present, or use an access token of, any token ever minted, at any time: there the thieves are. The format:

    @ window limit echo skew            settings; limit "-" is none
    ROW item item ...                   a row, and what is done to it
    p10ROW'20r  p10.-w                  token (1,0) presented: row afterwards ("." as before), token handed out ("-" none), name of the answer
    u10ROW'  u10                        its access token used: row afterwards (nothing: as before)

Of a row that is not live the items stand alone: it stays as it is, and what is presented is unauthorised.
A row is: status, generation, sibling, previous sibling, ages of handing out, confirmation and minting, recoveries. One character each, "-" none, base 36.
A row reached by "rollback" into a later generation has no previous sibling: a token does not name its parent.
"""
import os, sys
from collections import deque

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "..", "docs"))
import rotation_model as model

NAMES = {"access only": "a", "access, same token": "s", "not now": "w", "rotate": "r", "rollback": "b", "again": "g", "theft": "t", "promote": "m", "recover": "c",
         "unauthorised: too many recoveries": "l", "unauthorised": "u"}
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
present, use = model.present, model.use
found = {}      # settings -> row -> item -> result
old = 0         # ages from here on are alike
world = {}      # the one being explored

def write(row, parent=True):
    status, cur, prev, h, c, conf, rec, m = row
    return (status[0].upper() + DIGITS[len(cur) - 1] + DIGITS[cur[-1]] + (DIGITS[prev[-1]] if prev and parent else "-")
            + DIGITS[min(h, old)] + (DIGITS[min(c, old)] if conf else "-") + DIGITS[min(m, old)] + DIGITS[rec])

def token(t): return DIGITS[len(t) - 1] + DIGITS[t[-1]] if t else "-"

def note(settings, row, item, result):
    before = found.setdefault(settings, {}).setdefault(write(row), {}).setdefault(item, result)
    assert before == result, f"{settings} {write(row)} {item}: {before} or {result}: a row does not tell what happens"

def noted_present(row, t, window, limit, echo=False, skew=0):
    out = after, handed_out, name = present(row, t, window, limit, echo, skew)
    jump = name == "rollback" and len(t) > len(row[1])
    note((window, limit, echo, skew), row, "p" + token(t), ("." if after == row else write(after, not jump)) + token(handed_out) + NAMES[name])
    return out

def noted_use(row, t, window):
    after = use(row, t, window)
    note((window, world.get("limit", 99), world.get("echo", False), 0), row, "u" + token(t), "" if after == row else write(after))
    return after

def closure(window, limit, echo=False, generations=3, siblings=3):
    """Anybody presents any token ever minted, at any time. Nothing is lost, as any token may be used again."""
    global world, old
    world = dict(limit=limit, echo=echo); old = window + 1
    older = lambda a: min(a + 1, old)
    start = (model.new(old), frozenset({(0,)})); seen = {start}; todo = deque([start])
    while todo:
        row, minted = todo.popleft(); nx = []
        for t in minted:
            after, out, _ = noted_present(row, t, window, limit, echo); nx.append((after, minted | {out} if out else minted))
            nx.append((noted_use(row, t, window), minted))
        nx.append(((*row[:3], older(row[3]), older(row[4]), *row[5:7], older(row[7])), minted))
        for r, ts in nx:
            r = (*r[:3], min(r[3], old), min(r[4], old), *r[5:])
            if len(r[1]) > generations or r[1][-1] >= siblings or (r, ts) in seen: continue
            seen.add((r, ts)); todo.append((r, ts))

if __name__ == "__main__":
    model.present, model.use = noted_present, noted_use
    for world in [w for _, w in model.WORLDS] + [dict(window=3, limit=0), dict(window=3, limit=1, loss=3)]:
        old = world["window"] + world.get("skew", 0) + 1
        model.explore(**world)
    for settings in [dict(window=3, limit=1), dict(window=2, limit=2, echo=True), dict(window=0, limit=None), dict(window=0, limit=1)]:
        closure(**{**settings, "limit": 99 if settings["limit"] is None else settings["limit"]})
    with open(os.path.join(HERE, "transitions.txt"), "w") as file:
        for (window, limit, echo, skew), rows in sorted(found.items()):
            print("@", window, "-" if window == 0 and limit == 99 else limit, int(echo), skew, file=file)
            for row, items in sorted(rows.items()):
                if row[0] == "L": print(row, *(item + result for item, result in sorted(items.items())), file=file)
                else:
                    assert set(items.values()) <= {".-u", ""}
                    print(row, *sorted(items), file=file)
    print(sum(len(items) for rows in found.values() for items in rows.values()), "transitions")
