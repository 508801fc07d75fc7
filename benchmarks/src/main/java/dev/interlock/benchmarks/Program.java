package dev.interlock.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What the programs of this module have in common: options by picocli, the line that says where and under which load they
 * run, before and after, and the exit code.
 *
 * <p>The {@code main} of a program is {@code run(new Name(), args)}, and its class gives the command its name. Of one thread.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
public abstract class Program implements Callable<Integer> {

    /** What picocli calls a command that is given no name. */
    private static final String UNNAMED = "<main class>";

    /** For subclasses. */
    protected Program() {}

    /**
     * Runs a program and ends this JVM: with 0 if all went well, with 1 if not, with 2 if the options are wrong.
     *
     * @param program to be run once
     * @param args its options
     */
    protected static void run(Program program, String... args) {
        System.exit(program.execute(args));
    }

    /** Runs with these options; gives the exit code. */
    final int execute(String... args) {
        CommandLine line = new CommandLine(this);
        if (line.getCommandName().equals(UNNAMED)) {
            line.setCommandName(getClass().getSimpleName());
        }
        return line.execute(args);
    }

    @Override
    public final Integer call() throws Exception {
        System.out.println(Machine.describe());
        boolean good = report();
        System.out.println(Machine.describe());
        return good ? 0 : 1;
    }

    /**
     * Measures, and prints what came of it.
     *
     * @return whether the program is to end with 0
     * @throws Exception if it cannot go on
     */
    protected abstract boolean report() throws Exception;
}
