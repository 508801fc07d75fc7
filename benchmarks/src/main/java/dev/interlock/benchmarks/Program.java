package dev.interlock.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Base of this module's programs. It reads options with picocli, prints machine and load before and after, and sets the
 * exit code.
 *
 * <p>The {@code main} of a program is {@code run(new Name(), args)}; the class's name is the command's. Confined to one
 * thread.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
public abstract class Program implements Callable<Integer> {

    /** Picocli's name for a command without one. */
    private static final String UNNAMED = "<main class>";

    /** For subclasses. */
    protected Program() {}

    /**
     * Runs a program and ends this JVM: with 0 if all went well, with 1 if not, with 2 if the options are wrong.
     *
     * @param program the program, to run once
     * @param args the options
     */
    protected static void run(Program program, String... args) {
        System.exit(program.execute(args));
    }

    /** Runs with these options; returns the exit code. */
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
     * Measures, and prints the results.
     *
     * @return whether the program must end with 0
     * @throws Exception if it cannot go on
     */
    protected abstract boolean report() throws Exception;
}
