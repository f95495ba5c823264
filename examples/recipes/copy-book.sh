#!/bin/sh
# copy-book.sh FOLDER - the whole book as five CSV files, in a new folder named by the day.
#
#   examples/recipes/copy-book.sh ~/Backups
#
# They open in any spreadsheet, and `crm import FOLDER/book-DAY/*.csv` reads them back.
set -eu

if [ "$#" -ne 1 ]; then
    echo "usage: copy-book.sh FOLDER" >&2
    exit 2
fi

umask 077
target=$1/book-$(date +%Y-%m-%d)
if [ -e "$target" ]; then
    echo "copy-book.sh: $target is there already" >&2
    exit 1
fi

# Written beside the target and renamed when whole: half a copy never looks like one.
work=$(mktemp -d "$1/.book.XXXXXX")
trap 'rm -rf "$work"' EXIT
for noun in companies contacts deals interactions followups; do
    crm export --as "$noun" --to csv > "$work/$noun.csv"
done
mv "$work" "$target"
trap - EXIT
echo "$target"
