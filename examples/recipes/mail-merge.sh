#!/bin/sh
# mail-merge.sh [QUERY]... - people with an e-mail as CSV, for a mail merge.
#
#   examples/recipes/mail-merge.sh is:customer country:PL > merge.csv
#
# One header line, then one person a line: given, name, email, company, language. Without a
# query: customers and loyal ones. Who asked not to be contacted is left out, and so is whoever
# has an e-mail or phone of theirs, such as a second entry.
set -eu

if [ "$#" -eq 0 ]; then
    set -- is:customer or is:loyal
fi
exec crm search '(' "$@" ')' has:email not is:dnc not is:refused \
    --columns given,name,email,company,language --csv
