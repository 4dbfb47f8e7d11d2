#!/usr/bin/env python3
"""Counts what an import of a price list must say, straight from the rules. Shares nothing with the hub's code.

Usage: import_counts.py LIST.csv   (columns: group, name, barcodes, unit, price)
"""
import csv
import json
import re
import sys


def fits(code):
    weights = [3 if i % 2 == 0 else 1 for i in range(len(code) - 1)]
    total = sum(int(d) * w for d, w in zip(reversed(code[:-1]), weights))
    return (10 - total % 10) % 10 == int(code[-1])


counts = dict.fromkeys("create change skip unchanged refused_codes shared_codes no_price repeated_names repeats short_codes barcodes".split(), 0)
seen, names, owners = set(), set(), {}
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for number, row in enumerate(csv.DictReader(file)):
        name, written = row["name"].strip(), row["barcodes"].split()
        good = {("gtin", int(c)) for c in written if c.isdigit() and len(c) in (8, 12, 13, 14) and fits(c)}
        good |= {("short", int(c)) for c in written if c.isdigit() and len(c) <= 6}
        bad = [c for c in written if not (c.isdigit() and (len(c) <= 6 or len(c) in (8, 12, 13, 14) and fits(c)))]
        if not name:
            counts["skip"] += 1
            continue
        identity = (name, frozenset(good), frozenset(bad))
        if identity in seen:
            counts["repeats"] += 1
            counts["skip"] += 1
            continue
        seen.add(identity)
        counts["create"] += 1
        counts["refused_codes"] += len(bad)
        counts["barcodes"] += sum(kind == "gtin" for kind, _ in good)
        counts["short_codes"] += sum(kind == "short" for kind, _ in good)
        counts["no_price"] += re.fullmatch(r"\d+([.,]\d{1,2})?", row["price_kzt"].replace(" ", "")) is None
        counts["repeated_names"] += name in names
        names.add(name)
        for code in good:
            owners.setdefault(code, set()).add(number)
counts["shared_codes"] = sum(len(rows) > 1 for rows in owners.values())
print(json.dumps(counts))
