#!/bin/sh
# import-all.sh FOLDER - reads a folder such as copy-book.sh writes, or examples/book.
#
#   CRM_DB=/tmp/try.db examples/recipes/import-all.sh examples/book
#   CRM_DB=/tmp/try.db crm --now 2026-03-02T08:00 remind
#
# In this order people are there before what was said to them. Running it again changes nothing.
set -eu

if [ "$#" -ne 1 ]; then
    echo "usage: import-all.sh FOLDER" >&2
    exit 2
fi

for noun in companies contacts deals interactions followups; do
    crm import --as "$noun" "$1/$noun.csv"
done
