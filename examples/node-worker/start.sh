#!/bin/sh
set -e
echo "the sweeper starts"
exec node worker.js --every=2s
