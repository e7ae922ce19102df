"""Numbers as text against Python: float() rounds correctly, and midpoints of neighbouring doubles
are known from integers alone. Through the readers of CSV, JSON Lines and libsvm, which have ways of
their own to a double.

MLC_LONG=1 tries 10 million random texts, else 300,000.
"""
import os
import random
import struct

import numpy
import pytest

import mlcore

N_RANDOM = 10_000_000 if os.environ.get("MLC_LONG") == "1" else 300_000
CHUNK = 250_000
SEED = 20261122

# Texts that stopped or misled other readers: PHP bug 53632, CVE-2010-4476 (Java), Regan's lists of
# wrong conversions of Visual C++, gcc and glibc, Paxson's hard cases (1991), Clinger (1990).
PUBLISHED = """
2.2250738585072011e-308 2.2250738585072012e-308 2.2250738585072014e-308 2.225073858507201e-308
6.631236846766476e-316 3.237883913302901e-319 4.9406564584124654e-324 2.4703282292062327e-324
2.4703282292062328e-324 2.47032822920623272088284396434110686182e-324 1.7976931348623157e308
1.7976931348623158e308 1.797693134862315807e308 1.797693134862315808e308 1.7976931348623159e308
1e23 8.5e22 9007199254740993 9007199254740993.0 9007199254740995 9007199254740992.5
5708990770823839207320493820740630171355185152 5708990770823839207320493820740630171355185151.999
5708990770823839524233143877797980545530986496 3.518437208883201171875e13 62.5364939768271845828
8.10109172351e-10 1.50000000000000011102230246251565 1.50000000000000011102230246251566
9007199254740991.4999999999999999999999999999999995
0.500000000000000166533453693773481063544750213623046875 6929495644600919.5 3.7455744005952583e15
30078505129381147446200 1777820000000000000001 0.3932922657273
0.100000000000000005551115123125782702 1090544144181609348671888949248
1090544144181609348835077142190 10888869450418352160768000000 2.18126e-321 5e-324 4e-324 2e-324
6.929001713869936e+236 5.445618932859895e-255 7.2057594037927933e+16 1.448997445238699
1.00000000000000011102230246251565404236316680908203125
1.00000000000000011102230246251565404236316680908203124
1.00000000000000011102230246251565404236316680908203126 9e-265 85e-037 623e+100 3571e263 81661e153
920657e-023 4603285e-024 87575437e-309 245540327e122 6138508175e120 83356057653e193
619534293513e124 2335141086879e218 36167929443327e-159 609610927149051e-255 3743626360493413e-165
94080055902682397e-242 899810892172646163e283 7120190517612959703e120 25188282901709339043e-252
308984926168550152811e-052 6372891218502368041059e064
""".split()


def bits(values):
    return numpy.asarray(values, dtype=numpy.float64).view(numpy.uint64)


def read_csv(texts):
    data = "x\n" + "\n".join(texts) + "\n"
    return mlcore.Dataset.parse_csv(data, types={"x": "float64"}, header=True, delimiter=";")["x"]


def read_jsonl(texts):
    data = "".join('{"x":%s}\n' % text for text in texts)
    return mlcore.Dataset.parse(data, format="jsonl", types={"x": "float64"})["x"]


def read_labels(texts):
    data = "1.5\n" + "".join("%s 1:1\n" % text for text in texts)
    return mlcore.Dataset.parse(data, format="libsvm")["target"][1:]


def is_json(text):
    digits = text.lstrip("-")
    whole = digits.split("e")[0].split(".")[0]
    return text[0] != "+" and whole != "" and (whole == "0" or whole[0] != "0")


def check(texts, expected):
    """expected: doubles for the texts."""
    wanted = bits(expected)
    for name, read in (("CSV", read_csv), ("libsvm", read_labels)):
        wrong = numpy.flatnonzero(bits(read(texts)) != wanted)
        assert wrong.size == 0, (name, texts[wrong[0]], expected[wrong[0]])
    some = [i for i in range(len(texts)) if is_json(texts[i])]
    if some:
        ours = bits(read_jsonl([texts[i] for i in some]))
        wrong = numpy.flatnonzero(ours != wanted[some])
        assert wrong.size == 0, ("JSON", texts[some[wrong[0]]])


def test_published_hard_numbers_are_the_nearest_doubles():
    texts = PUBLISHED + ["-" + text for text in PUBLISHED]
    check(texts, [float(text) for text in texts])


# ---- halfway ------------------------------------------------------------------------------------


def double(word):
    return struct.unpack("<d", struct.pack("<Q", word))[0]


def midpoint(word):
    """The number halfway between a double and the next, exactly: an integer, a power of ten."""
    exponent, fraction = word >> 52, word & (1 << 52) - 1
    mantissa = fraction | (1 << 52 if exponent else 0)
    power = max(exponent, 1) - 1076
    odd = 2 * mantissa + 1
    return (odd << power, 0) if power >= 0 else (odd * 5**-power, power)


def scientific(digits, exponent):
    """0.DIGITS times ten to that power, as d.ddde+x."""
    return "%s.%se%d" % (digits[0], digits[1:] or "0", exponent - 1)


def texts_around(word, lengths):
    """Texts at, just below and just above the midpoint, with the doubles that they round to. 18
    digits and more are nearer to it than the doubles are."""
    number, power = midpoint(word)
    digits = str(number)
    exponent = len(digits) + power
    low, high = double(word), double(word + 1)
    yield scientific(digits, exponent), low if word % 2 == 0 else high
    yield scientific(digits + "0" * 20, exponent), low if word % 2 == 0 else high
    yield scientific(digits + "0" * 20 + "1", exponent), high
    below = str(number - 1).rjust(len(digits), "0")
    if below[0] != "0":
        yield scientific(below, exponent), low
    for n in lengths:
        cut = digits[:n]
        if cut.rstrip("0") == digits.rstrip("0"):
            break
        above = str(int(cut) + 1)
        yield scientific(cut, exponent), low
        yield scientific(above, exponent + len(above) - n), high


def halfway_words(generator, n_each):
    for exponent in range(2047):
        fractions = [0, (1 << 52) - 1] + [generator.getrandbits(52) for _ in range(n_each - 2)]
        for fraction in fractions:
            word = exponent << 52 | fraction
            if word < 0x7FEFFFFFFFFFFFFF:
                yield word


def test_numbers_halfway_between_doubles_of_every_exponent_round_to_even():
    generator = random.Random(SEED)
    lengths = (18, 19, 20, 21, 25, 40, 100, 300, 500, 766, 767, 768, 769, 800)
    texts, expected = [], []
    for word in halfway_words(generator, 3 if N_RANDOM < 1_000_000 else 20):
        for text, value in texts_around(word, lengths):
            assert float(text) == value, text
            texts.append(text)
            expected.append(value)
    assert len(texts) > 30_000
    for first in range(0, len(texts), 20_000):
        check(texts[first : first + 20_000], expected[first : first + 20_000])


# ---- random -------------------------------------------------------------------------------------


def random_text(generator):
    kind = generator.random()
    sign = "-" if generator.getrandbits(1) else ""
    if kind < 0.3:  # any double, by its shortest text or one digit less
        value = double(generator.getrandbits(63) % 0x7FF0000000000000)
        return sign + (repr(value) if kind < 0.2 else "%.15e" % value)
    if kind < 0.5:  # digits around a power of ten
        digits = str(generator.getrandbits(generator.randrange(1, 100)))
        return "%s%s.%se%d" % (sign, digits[0], digits[1:] or "0", generator.randrange(-345, 310))
    if kind < 0.7:  # as people write them
        value = generator.random() * 10.0 ** generator.randrange(9)
        return "%s%.*f" % (sign, generator.randrange(1, 12), value)
    if kind < 0.85:  # many digits, a point anywhere
        digits = str(generator.getrandbits(generator.randrange(1, 200)))
        at = generator.randrange(len(digits) + 1)
        return sign + (digits[:at] or "0") + "." + (digits[at:] or "0")
    if kind < 0.95:  # one more than some bits: an integer -0 has no sign
        return sign + str(generator.getrandbits(generator.randrange(1, 80)) + 1)
    return "%s%de%d" % (sign, generator.getrandbits(64), generator.randrange(-360, 320))


@pytest.mark.parametrize("first", range(0, N_RANDOM, CHUNK))
def test_random_numbers_are_the_nearest_doubles(first):
    generator = random.Random(SEED + first)
    texts = [random_text(generator) for _ in range(min(CHUNK, N_RANDOM - first))]
    check(texts, [float(text) for text in texts])
