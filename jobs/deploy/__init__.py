"""Files for those who operate scheduled runs: units, a crontab, alert rules.

`docs/cron.md` tells what each is for and how it is put in place.
"""
