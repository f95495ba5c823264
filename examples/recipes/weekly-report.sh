#!/bin/sh
# weekly-report.sh - the last seven days, and the next seven, as plain text.
#
#   examples/recipes/weekly-report.sh | mail -s 'My week' me@wilkopakowania.example
set -eu

# Like crm search, but finding nobody is an answer and not a failure.
people() {
    crm search "$@" || [ "$?" -eq 1 ]
}

echo "People I was in touch with, by the last thing that happened"
people last:7d --columns last_kind | sort | uniq -c | sort -rn

echo
echo "Who they were"
people last:7d --sort last --columns last,last_kind,name,company

echo
echo "Due by this day next week"
people due:..7d --sort next --columns next,name,company,phone

echo
echo "Birthdays in the next two weeks"
people birthday:14d --sort birthday --columns name,birthday,phone
