#!/usr/bin/env bash
# Makes the demo's call from call.tsv: one mu-law WAV a party and the transcript.
# Columns: role, pause before it in ms, espeak-ng pitch, speed, amplitude, words.
# Needs espeak-ng and sox. Both voices are synthetic; nobody was recorded.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A voice=([CUSTOMER]=en-us+f3 [AGENT]=en-gb+m3) parts=([CUSTOMER]="" [AGENT]="")
at=400 # ms
n=0
: > call.jsonl
while IFS=$'\t' read -r role pause pitch speed amp words; do
  n=$((n + 1))
  espeak-ng -v "${voice[$role]}" -p "$pitch" -s "$speed" -a "$amp" -w "$work/raw.wav" -- "$words"
  sox -D -R "$work/raw.wav" -r 8000 "$work/$n.wav" rate -v highpass 100 gain -5
  length=$(sox --i -D "$work/$n.wav" | awk '{printf "%d", $1 * 1000}')
  at=$((at + pause))
  printf '{"id":"u%d","offset_ms":%d,"end_offset_ms":%d,"role":"%s","text":"%s"}\n' "$n" "$at" "$((at + length))" "$role" "$words" >> call.jsonl
  sox "$work/$n.wav" "$work/$n-at.wav" pad "$(awk "BEGIN{print $at / 1000}")"
  parts[$role]+=" $work/$n-at.wav"
  at=$((at + length))
done < call.tsv
end=$(awk "BEGIN{print ($at + 1500) / 1000}")
for role in CUSTOMER AGENT; do
  # a mix that keeps levels, a whisper of line noise, then the telephone's band and companding
  sox -D -m $(for p in ${parts[$role]}; do printf -- '-v 1 %s ' "$p"; done) "$work/mix.wav"
  sox -D -R -n -r 8000 -c 1 "$work/noise.wav" synth "$end" pinknoise gain -58
  sox -D -R -m -v 1 "$work/mix.wav" -v 1 "$work/noise.wav" -e mu-law -r 8000 -c 1 "call-$(tr '[:upper:]' '[:lower:]' <<<"$role").wav" sinc 250-3450 trim 0 "$end"
done
