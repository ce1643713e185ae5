# SPDX-License-Identifier: MIT
# profile.py: reads a pprof profile, from the description of profile.proto alone; knows nothing of how ours is made.
import gzip


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


# [(field, value)]: numbers for varints, bytes for the rest.
def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            if at + size > len(data):
                raise ValueError("a field is longer than its message")
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {tag & 7} is not of profile.proto")
        yield tag >> 3, value


def numbers(data):
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def message(data, names):
    result = {name: 0 for name in names.values()}
    for field, value in fields(data):
        result[names[field]] = value
    return result


# The stacks: [{"values": {type: n}, "kind":, "stack": [(function, file, line)] innermost first}], and all else.
def read(path):
    with open(path, "rb") as file:
        packed = file.read()
    data = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    top = list(fields(data))
    strings = [value.decode() for field, value in top if field == 6]
    assert strings[0] == "", "the first string is not empty"
    types = [message(value, {1: "type", 2: "unit"}) for field, value in top if field == 1]
    mappings = {}
    for field, value in top:
        if field == 3:
            m = message(value, {1: "id", 2: "start", 3: "limit", 4: "offset", 5: "file", 6: "build_id",
                                7: "functions", 8: "files", 9: "lines", 10: "inlined"})
            m["file"], m["build_id"] = strings[m["file"]], strings[m["build_id"]]
            assert m["id"] not in mappings and m["id"] > 0
            mappings[m["id"]] = m
    functions = {}
    for field, value in top:
        if field == 5:
            f = message(value, {1: "id", 2: "name", 3: "system_name", 4: "file", 5: "start"})
            assert f["id"] not in functions and f["id"] > 0
            functions[f["id"]] = (strings[f["name"]], strings[f["file"]])
    assert len(set(functions.values())) == len(functions), "a function twice"
    locations = {}
    for field, value in top:
        if field == 4:
            location = {"id": 0, "mapping": 0, "address": 0, "lines": []}
            for number, part in fields(value):
                if number == 4:
                    line = message(part, {1: "function", 2: "line", 3: "column"})
                    location["lines"].append(functions[line["function"]] + (line["line"],))
                else:
                    location[{1: "id", 2: "mapping", 3: "address"}[number]] = part
            assert location["id"] not in locations and location["id"] > 0
            assert location["mapping"] == 0 or mappings[location["mapping"]]
            locations[location["id"]] = location
    samples = []
    for field, value in top:
        if field == 2:
            sample = {"stack": [], "addresses": [], "labels": {}}
            for number, part in fields(value):
                if number == 1:
                    used = [locations[i] for i in numbers(part)]
                    sample["addresses"] = [location["address"] for location in used]
                    sample["stack"] = [line for location in used for line in location["lines"] or [("", "", 0)]]
                elif number == 2:
                    sample["values"] = dict(zip([(strings[t["type"]], strings[t["unit"]]) for t in types], numbers(part)))
                elif number == 3:
                    label = message(part, {1: "key", 2: "text", 3: "number", 4: "unit"})
                    sample["labels"][strings[label["key"]]] = strings[label["text"]]
            samples.append(sample)
    single = {field: value for field, value in top if field in (9, 10, 12, 14)}
    return {"packed": packed[:2] == b"\x1f\x8b", "samples": samples, "mappings": mappings, "locations": locations,
            "time": single.get(9, 0), "default": strings[single.get(14, 0)],
            "comments": [strings[value] for field, value in top if field == 13]}
