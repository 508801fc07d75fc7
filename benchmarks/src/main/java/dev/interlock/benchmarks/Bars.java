package dev.interlock.benchmarks;

import picocli.CommandLine.Option;

/**
 * The option of programs that compare their measurements with bars. Without it a missed bar is no failure, because the
 * machine may be busy.
 */
final class Bars {

    @Option(names = "--check", description = "exit with 1 if a bar is missed")
    private boolean check;

    /** Whether the program must end with 0. */
    boolean pass(boolean met) {
        return met || !check;
    }
}
