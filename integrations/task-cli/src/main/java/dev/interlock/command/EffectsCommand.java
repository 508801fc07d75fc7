package dev.interlock.command;

import picocli.CommandLine.Command;

/** The commands about effects files. */
@Command(
        name = "effects",
        mixinStandardHelpOptions = true,
        description = "Makes and checks effects files, see docs/learning.md.",
        synopsisSubcommandLabel = "COMMAND")
final class EffectsCommand {}
