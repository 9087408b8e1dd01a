#!/bin/sh
# Instructions per second of audio and leg, counted by callgrind (Debian: valgrind),
# of all columns and the functionals: 16 legs in one group, as `attune bench legs`
# runs them. A run of few hops is taken off one of many, which leaves out start-up.
# callgrind knows no AVX-512. From the root of the repository:
#
#     benchmarks/peers/instructions.sh
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
few=100 many=400 legs=16

# one thread and no collections: otherwise the runtime's share is left to chance
count() { # binary kernels rate hops
	GOMAXPROCS=1 GOGC=off GODEBUG=asyncpreemptoff=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		"$1" bench legs --kernels "$2" --rate "$3" --legs $legs --hops "$4" 2>&1 >/dev/null |
		awk '/Collected/ { print $NF; n++ } END { exit n != 1 }'
}

go build -o "$scratch/attune" ./cmd/attune
go build -tags purego -o "$scratch/attune-purego" ./cmd/attune
echo "$(date +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(git describe --always --dirty), $(go env GOVERSION), $(valgrind --version)"
echo "build kernels rate instructions_per_audio_s"
for rate in 8000 16000; do
	for build in "attune-purego generic" "attune avx2"; do
		set -- $build
		a=$(count "$scratch/$1" "$2" $rate $few) b=$(count "$scratch/$1" "$2" $rate $many)
		echo "$1 $2 $rate $(( (b - a) * 100 / ((many - few) * legs) ))"
	done
done
