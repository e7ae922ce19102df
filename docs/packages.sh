# What this project needs from Debian, and how it gets it. Sourced by docs/quickstart.sh and
# tests/run.sh: need_packages installs those of its arguments that are missing, saying which.

BUILD_PACKAGES="gcc libc6-dev make pkg-config meson ninja-build zlib1g-dev libsqlite3-dev
  libblis-serial-dev"
TEST_PACKAGES="ccache g++ check libsubunit-dev doxygen graphviz abigail-tools binutils gzip strace
  python3-dev python3-venv openjdk-17-jdk-headless maven"
SANITIZER_PACKAGES="libasan8 libubsan1 libtsan2"
COVERAGE_PACKAGES="check libsubunit-dev gcovr"

need_packages()
{
    missing=""
    for package in "$@"; do
        case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" in
        "install ok installed") ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -z "$missing" ] && return 0
    echo "Installing:$missing"
    if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
    log=$(mktemp)
    # shellcheck disable=SC2086
    if $as_root apt-get update -qq >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
            $missing >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    cat "$log" >&2
    rm -f "$log"
    echo "Could not install:$missing" >&2
    echo "Install them by hand and run this again." >&2
    return 1
}
