#!/usr/bin/env bash
# Runs the calls of docs/tour.md, or of another page, against the program on localhost: docs/tour.sh [PAGE]
# SERVER_PORT is the program's port, 8080 by default. A line of four dashes follows the answers of each block.
cd "$(dirname "$0")/.."
exec bash <(awk '/^```sh$/ { run = 1; next } /^```$/ && run { run = 0; print "echo; echo ----" } run' "${1:-docs/tour.md}" \
  | sed "s/localhost:8080/localhost:${SERVER_PORT:-8080}/g")
