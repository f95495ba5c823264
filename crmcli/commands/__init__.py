"""One file a command. COMMANDS says which function of which module answers to which words."""

COMMANDS = {
    # every day
    "add": "crmcli.commands.add:add",
    "search": "crmcli.commands.search:search",
    "show": "crmcli.commands.show:show",
    "log": "crmcli.commands.log:log",
    "remind": "crmcli.commands.remind:remind",
    "done": "crmcli.commands.done:done",
    "snooze": "crmcli.commands.snooze:snooze",
    "ignore": "crmcli.commands.ignore:ignore",
    # keeping the book
    "edit": "crmcli.commands.edit:edit",
    "tag": "crmcli.commands.tag:tag",
    "untag": "crmcli.commands.untag:untag",
    "company list": "crmcli.commands.company:list_companies",
    "company show": "crmcli.commands.company:show_company",
    "company edit": "crmcli.commands.company:edit_company",
    "company merge": "crmcli.commands.company:merge_companies",
    "archive": "crmcli.commands.archive:archive",
    "unarchive": "crmcli.commands.archive:unarchive",
    "check": "crmcli.commands.check:check",
    "rule list": "crmcli.commands.rule:list_rules",
    "rule show": "crmcli.commands.rule:show_rule",
    "view save": "crmcli.commands.view:save_view",
    "view list": "crmcli.commands.view:list_views",
    "view show": "crmcli.commands.view:show_view",
    "view drop": "crmcli.commands.view:drop_view",
    # in and out
    "import": "crmcli.commands.import_:import_",
    "export": "crmcli.commands.export:export",
    "history": "crmcli.commands.history:history",
    "undo": "crmcli.commands.undo:undo",
    "redo": "crmcli.commands.redo:redo",
    "schedule cron": "crmcli.commands.schedule:cron",
    "schedule systemd": "crmcli.commands.schedule:systemd",
    "config show": "crmcli.commands.config:show_config",
    "config get": "crmcli.commands.config:get_setting",
    "config set": "crmcli.commands.config:set_setting",
    "config path": "crmcli.commands.config:path_of_config",
    "config edit": "crmcli.commands.config:edit_config",
    "init": "crmcli.commands.init:init",
    "demo": "crmcli.commands.demo:demo",
}

ALIASES = {"list": "search", "ls": "search", "rm": "archive"}
