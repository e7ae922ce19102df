# Counts what the tests counted, from meson's testlog.txt: the cases of Check, pytest and JUnit
# programs, and one for each other program. Prints "N passed, N failed", which ones failed, and
# which were skipped (exit status 77; their log says why).

function close_test() {
    if (name == "") return
    if (skipped) {
        print "skipped: " name
        name = ""
        return
    }
    if (!counts && cases + bad == 0) { if (ok) cases = 1; else bad = 1 }
    if (!ok && bad == 0) bad = 1
    passed += cases
    failed += bad
    if (bad > 0) print "failed: " name
    name = ""
}

/^=+ [0-9]+\/[0-9]+ =+$/ { close_test(); cases = 0; bad = 0; ok = 0; counts = 0 }
/^test: / { name = $0; sub(/^test: +/, "", name) }
/^result: / { ok = ($0 ~ /exit status 0/); skipped = ($0 ~ /exit status 77/) }
/^[0-9]+%: Checks: / {
    gsub(",", "")
    counts = 1
    bad += $5 + $7
    cases += $3 - $5 - $7
}
/^=+ .*[0-9]+ (passed|failed).* in .*=+$/ {
    for (i = 1; i <= NF; i++) {
        if ($(i + 1) ~ /^passed/) cases += $i
        if ($(i + 1) ~ /^(failed|error)/) bad += $i
    }
}
/Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$/ {
    gsub(",", "")
    for (i = 1; i < NF; i++) {
        if ($i == "run:") run = $(i + 1)
        if ($i == "Failures:" || $i == "Errors:") { bad += $(i + 1); run -= $(i + 1) }
        if ($i == "Skipped:") run -= $(i + 1)
    }
    cases += run - $NF
}

END {
    close_test()
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
}
