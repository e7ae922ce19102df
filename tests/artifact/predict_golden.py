"""Predicts golden rows from what read_artifact.py read, as docs/artifact.md tells: linear models,
boosted trees, forests of all kinds that stand alone. Nothing but Python."""
import fractions
import math

# Our exp and Python's differ in the last bit; sums and powers of a dozen trees carry it on. What
# docs/artifact.md allows, under "Links".
OF_ANOTHER_EXP = 1e-14


def linear_scores(state, x):
    (p, n, weights, out), exact = state[:4], fractions.Fraction
    for k in range(n):
        total = 0.0
        for first in range(0, p, 256):
            chunk = 0.0
            for j in range(first, min(first + 256, p)):  # fused multiply and add
                chunk = float(exact(x[j]) * exact(weights[j * n + k]) + exact(chunk))
            total += chunk
        out = out[:k] + (total + out[k],) + out[k + 1:]
    return out


def leaf_of(trees, t, x, planes=(), linear=None):
    """The value of the leaf of tree t. trees: codes, bins, offsets of nodes and sets, both;
    planes: the terms of each, where splits are by planes; linear: those of leaves."""
    first_code, bins, first_node, first_set, nodes, sets = trees
    i = root = first_node[t]
    while nodes[i][2]:
        value, split, left = nodes[i]
        j = split & 0x3FFFFFFF
        if planes:
            parts = [(x[feature] - origin) * factor for factor, origin, feature in planes[split]]
            goes_left = sum(v for v in parts if not math.isnan(v)) <= 0
        elif split & 0x40000000:
            code = first_code[j] + int(x[j]) if x[j] >= 0 else first_code[j + 1]
            b = bins[code] if code < first_code[j + 1] else 0
            goes_left = sets[first_set[t] + int(value)][b >> 5] >> (b & 31) & 1
        else:
            goes_left = split >> 31 if math.isnan(x[j]) else x[j] <= value
        i = root + left + (not goes_left)
    if linear and linear[0][i] < linear[0][i + 1]:
        first_term, intercept, feature, factor = linear
        line = intercept[i]
        for k in range(first_term[i], first_term[i + 1]):
            line += factor[k] * x[feature[k]]
        return line if math.isfinite(line) else nodes[i][0]
    return nodes[i][0]


def tree_scores(state, x, forest):
    k, out = state[1], [0.0] * (state[1] if state[1] > 2 else 1) if forest else list(state[4])
    trees = state[2:8] if forest else state[5:10] + state[12:13]
    n_trees = len(trees[2]) - 1
    for t in range(n_trees):
        value = leaf_of(trees, t, x, linear=None if forest else state[15])
        if forest and k > 2:  # a class alone, or a row of shares
            at = (state[8][t] + int(value) - k) * k
            row = [float(c == value) for c in range(k)] if value < k else state[9][at:at + k]
            out = [a + b for a, b in zip(out, row)]
        else:
            out[t % len(out)] += value
    means = tuple(a / n_trees for a in out) if forest else tuple(out)
    return (1 - means[0],) + means if forest and k == 2 else means


def isolation_scores(state, x):
    k, path, n_trees = state[1], 0.0, len(state[4]) - 1
    planes = [state[8][i:i + k] for i in range(0, len(state[8]), k)] if k else ()
    for t in range(n_trees):
        path += leaf_of(state[2:8], t, x, planes)
    return (state[10] - 2 ** -(path / n_trees / state[9] if state[9] > 0 else 1),)


def adaboost_scores(state, x):
    k, weights, n_trees = state[1], state[-2], len(state[4]) - 1
    found = [leaf_of(state[2:8], t, x) for t in range(n_trees)]
    total, below = 0.0, 0.0
    for w in weights:
        total += w
    if k == 0:
        for value, w in sorted(zip(found, weights)):
            below += w
            if below >= 0.5 * total:
                return (value,)
    votes = [0.0] * k
    for value, w in zip(found, weights):
        votes[int(value)] += w
    if k == 2:
        return (2 * (votes[1] - votes[0]) / total,)
    return tuple((v - (total - v) / (k - 1)) / total for v in votes)


def svm_decisions(state, x):
    """Sums of coefficient and kernel, class by class and against each other one, then by pair."""
    kernel, degree, gamma, coef0, p, counts, vectors, coefficients, intercepts = state[:9]
    k, sums, v = len(counts), {}, 0
    width = max(k - 1, 1)
    for i, n in enumerate(counts):
        for v in range(v, v + n):
            z = vectors[v * p:v * p + p]
            product = sum(a * b for a, b in zip(x, z))
            value = (product, (gamma * product + coef0) ** degree,
                     math.exp(-gamma * sum((a - b) ** 2 for a, b in zip(x, z))),
                     math.tanh(gamma * product + coef0))[kernel]
            for j in range(width):
                at = i, j + (j >= i)
                sums[at] = sums.get(at, 0.0) + coefficients[v * width + j] * value
        v += n > 0
    if k == 1:
        return [sums.get((0, 1), 0.0) + intercepts[0]]
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    return [sums.get((i, j), 0.0) + sums.get((j, i), 0.0) + b
            for (i, j), b in zip(pairs, intercepts)]


def svm_scores(state, x):
    """Numbers and anomalies: the decision; of two classes its negative; of more votes and shares."""
    k, decisions = len(state[5]), svm_decisions(state, x)
    if k <= 2:
        return (decisions[0] if k == 1 else -decisions[0],)
    votes, sums = [0.0] * k, [0.0] * k
    for (i, j), f in zip(((i, j) for i in range(k) for j in range(i + 1, k)), decisions):
        votes[i if f >= 0 else j] += 1
        sums[i] += f
        sums[j] -= f
    return tuple(v + s / (3 * (abs(s) + 1)) for v, s in zip(votes, sums))


def predict_golden(path, kind, features, state, n, columns, output, expected, shares=None):
    """How many rows were predicted; an assertion fails where a bit differs. shares: what each class
    weighed before and after resampling."""
    if kind.startswith("i i D *"):  # kmeans
        return 0
    for i in range(n):
        x = [math.nan if columns[f[0]][i] is None else f[6].index(columns[f[0]][i]) if f[6] else
             float(columns[f[0]][i]) for f in features]
        forest, isolation, svm = kind == "forest", "*term" in kind, kind == "svm"
        raw = (svm_scores(state, x) if svm else isolation_scores(state, x) if isolation else adaboost_scores(state, x)
               if kind == "adaboost" else tree_scores(state, x, forest) if len(state) > 5
               else linear_scores(state, x))
        wanted = expected[i * len(expected) // n:(i + 1) * len(expected) // n]
        if isolation or svm:
            room = OF_ANOTHER_EXP * (1 if isolation else 100)  # sums of a hundred vectors
            assert all(abs(a - b) < room for a, b in zip(raw, wanted)), (path, i, raw, wanted)
        elif output == 2 and not forest:  # probabilities
            scale = len(raw) - 1 if kind == "adaboost" and len(raw) > 1 else 1
            powers = [math.exp(v / scale) for v in (raw if len(raw) > 1 else (0.0, raw[0]))]
            if len(state) > 5 and state[3] == 5:  # one against all
                powers = [1 / (1 + math.exp(-v)) for v in raw]
            if shares:
                powers = [v * a / b for v, a, b in zip(powers, *shares)]
            assert all(math.isclose(a / sum(powers), b, rel_tol=OF_ANOTHER_EXP)
                       for a, b in zip(powers, wanted)), (path, i, wanted)
        else:
            assert raw == wanted, (path, i, raw, wanted)
    return n
