# SPDX-License-Identifier: MIT
# tables.py: what was measured as tables of Markdown: ratios with their spread, means, the worst, and who is ahead.
import math
import statistics


def spread(values, form="%.2f", to="-"):
    """Median (lowest-highest)."""
    return (form + " (" + form + to + form + ")") % (statistics.median(values), min(values), max(values))


def cell(measured, way, field, base=None):
    if way in measured.cannot:
        return "cannot"
    ratios = measured.ratios(way, field, base)
    return spread(ratios) if ratios else "cannot"


def absolute(measured, way, field):
    value = measured.absolute(way, field)
    if value is None:
        return "cannot"
    if field == "instructions":
        return "%.0f" % value if value < 1e6 else "%.0f M" % (value / 1e6)
    if field != "seconds":
        return "%.1f MB" % (value / 1024)
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if value >= 2 * size:
            return "%.2f %s" % (value / size, unit)
    return "%.1f ns" % (value * 1e9)


def line(cells):
    return "| " + " | ".join(cells) + " |"


def verdict(ratio):
    return "yes" if ratio < 0.995 else "even" if ratio < 1.005 else "no"


def ahead(measured, field):
    """Of LeakSanitizer, by the median of the ratios within a round."""
    ratio = measured.ratio("leaks", field, "LSan")
    if ratio is None:
        return "LSan cannot" if measured.ratio("leaks", field) is not None and "LSan" in measured.cannot else "cannot tell"
    return verdict(ratio) + " (%.2f)" % ratio


def mean(results, way, field):
    """(geometric mean, how many it is of)"""
    ratios = [r for r in (m.ratio(way, field) for m in results) if r is not None]
    return (math.exp(statistics.fmean(math.log(r) for r in ratios)) if ratios else None), len(ratios)


def worst(results, way, field):
    """(ratio, name of the benchmark)"""
    return max(((r, m.job.name) for m in results for r in [m.ratio(way, field)] if r is not None), default=(None, None))


def title(way):
    return way.title + ("*" if way.reduced() else "")


def ratio_table(results, ways, field):
    """One row a benchmark, then the means and the worst of each way."""
    others = ways[1:]
    compared = {"leaks", "LSan"} <= {way.name for way in ways}
    rows = [line(["benchmark", "glibc"] + [title(w) for w in others] + (["ahead of LSan"] if compared else []))]
    rows.append("|---" * (2 + len(others) + compared) + "|")
    for m in results:
        cells = [m.job.name, absolute(m, ways[0].name, field)] + [cell(m, w.name, field) for w in others]
        rows.append(line(cells + ([ahead(m, field)] if compared else [])))
        if m.job.shipped:
            own = [cell(m, w.name, field, "shipped") if w.replaces else "-" for w in others]
            rows.append(line(["%s, ratios to %s" % (m.job.name, m.job.shipped),
                              "%s: %s" % (m.job.shipped, absolute(m, "shipped", field))] + own + ([""] if compared else [])))
    means, worsts = [], []
    for way in others:
        value, count = mean(results, way.name, field)
        means.append("cannot" if value is None else "**%.2f**" % value + ("" if count == len(results) else " of %d" % count))
        value, name = worst(results, way.name, field)
        worsts.append("cannot" if value is None else "%.2f %s" % (value, name))
    rows.append(line(["**geometric mean**", ""] + means + ([""] if compared else [])))
    rows.append(line(["worst", ""] + worsts + ([""] if compared else [])))
    return rows


def returned_table(results, ways):
    """Peak and final resident set of the benchmark that tells both."""
    rows = []
    for m in results:
        if any(s.resident for s, _ in m.samples.get(ways[0].name, {}).values()):
            rows += [line(["", *(way.title for way in ways)]), "|---" * (1 + len(ways)) + "|"]
            for field, name in (("peak", "peak"), ("resident", "at the end")):
                rows.append(line([name] + [absolute(m, w.name, field) if not w.reduced() else "-" for w in ways]))
    return rows


def thread_table(results, ways):
    """Throughput as the number of threads grows, and that growth as a ratio to glibc's in the same round."""
    kept = [way for way in ways if not way.reduced()]
    rows = [line(["threads", *(way.title for way in kept)]), "|---" * (1 + len(kept)) + "|"]
    one = results[0]
    for m in results:
        cells = []
        for way in kept:
            def growths(name, m=m):
                first, now = one.samples.get(name, {}), m.samples.get(name, {})
                return {n: first[n][0].seconds / now[n][0].seconds for n in first if n in now}
            own, plain = growths(way.name), growths(kept[0].name)
            if way.name in m.cannot or not own:
                cells.append("cannot")
                continue
            rate = 1e-6 / m.absolute(way.name, "seconds")
            text = "%.0f M/s" % rate
            if m is not one:
                text += ", x%.2f" % statistics.median(own.values())
                relative = [own[n] / plain[n] for n in own if n in plain]
                if way is not kept[0] and relative:
                    text += "; to glibc's " + spread(relative)
            cells.append(text)
        rows.append(line([m.job.name] + cells))
    return rows


def notes(groups, ways):
    """Why a way stands as "cannot": of an absent one once, of others by benchmark."""
    rows = ["- %s: %s." % (way.title, way.absent) for way in ways if way.absent]
    absent = {way.name for way in ways if way.absent}
    reasons = {}
    for m in groups:
        for name, why in m.cannot.items():
            if name not in absent:
                reasons.setdefault((name, why), []).append(m.job.name)
    return rows + ["- %s, %s: %s." % (name, ", ".join(names), why.rstrip(".")) for (name, why), names in reasons.items()]


def targets(micro, real):
    """What issue 3 asks for, and what there is."""
    rows = []

    measured = {name for m in micro + real for name in list(m.samples) + list(m.cannot)}

    def row(what, limit, value, more=""):
        if {"quiet": "quiet", "finding leaks": "leaks"}[what.partition(":")[0]] not in measured:
            return
        reached = "cannot tell" if value is None else "yes" if round(value, 2) <= limit else "**no**"
        rows.append(line([what, "%.2f" % limit, "-" if value is None else "%.2f%s" % (value, more), reached]))

    if micro:
        row("finding leaks: micro-benchmarks, time, geometric mean", 1.0, mean(micro, "leaks", "seconds")[0])
    if real:
        row("finding leaks: real programs, time, geometric mean", 1.05, mean(real, "leaks", "seconds")[0])
        row("finding leaks: real programs, peak memory, geometric mean", 1.2, mean(real, "leaks", "peak")[0])
    value, name = worst(micro + real, "leaks", "seconds")
    row("finding leaks: worst of all, time", 1.3, value, ", %s" % name)
    if real:
        value, name = worst(real, "leaks", "peak")
        row("finding leaks: worst of the real programs, peak memory", 1.3, value, ", %s" % name)
    if micro:
        row("quiet: micro-benchmarks, time, geometric mean", 0.9, mean(micro, "quiet", "seconds")[0])
    if real:
        row("quiet: real programs, time, geometric mean", 1.05, mean(real, "quiet", "seconds")[0])
        row("quiet: real programs, peak memory, geometric mean", 1.05, mean(real, "quiet", "peak")[0])
    sized = [m for m in micro if m.job.name in ("medium", "large", "realloc", "regrow")]
    for way, name in (("quiet", "quiet"), ("leaks", "finding leaks")):
        if sized:
            value, case = worst(sized, way, "seconds")
            row(name + ": worst of medium, large, realloc and regrow, time", 1.1, value, ", %s" % case)
    for field, what in (("seconds", "time"), ("peak", "peak memory")):
        pairs = [(m.ratio("leaks", field, "LSan"), m.job.name) for m in micro + real]
        pairs = [p for p in pairs if p[0] is not None]
        if pairs:
            behind = [name for ratio, name in pairs if verdict(ratio) != "yes"]
            rows.append(line(["ahead of LSan, %s" % what, "every row", "%d of %d%s" % (
                len(pairs) - len(behind), len(pairs), ", not " + ", ".join(behind) if behind else ""), "**no**" if behind else "yes"]))
    return [line(["measure", "at most", "is", "reached"]), "|---|---|---|---|"] + rows
