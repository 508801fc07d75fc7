package dev.interlock.benchmarks;

/** One batch of calls of one tool of {@link BenchmarkTools}. */
enum Workload {
    NOOP_1("no-op x1", "noop", 1),
    NOOP_2("no-op x2", "noop", 2),
    NOOP_8("no-op x8", "noop", 8),
    NOOP_64("no-op x64", "noop", 64),
    NOOP_512("no-op x512", "noop", 512),
    SPIN_10_US("spin 10 µs x8", "spin10Micros", 8),
    SPIN_100_US("spin 100 µs x8", "spin100Micros", 8),
    SPIN_1000_US("spin 1000 µs x8", "spin1000Micros", 8),
    SLEEP_1_MS("sleep 1 ms x8", "sleep1Millis", 8),
    SLEEP_10_MS("sleep 10 ms x8", "sleep10Millis", 8),
    UNDECLARED_1("undeclared no-op x1", "undeclared", 1),
    UNDECLARED_8("undeclared no-op x8", "undeclared", 8);

    private final String title;
    private final String tool;
    private final int calls;

    Workload(String title, String tool, int calls) {
        this.title = title;
        this.tool = tool;
        this.calls = calls;
    }

    String title() {
        return title;
    }

    String tool() {
        return tool;
    }

    int calls() {
        return calls;
    }

    /**
     * Whether Interlock may run the calls at the same time. If not, the report compares it only with sequential
     * execution.
     */
    boolean isParallel() {
        return !tool.equals("undeclared");
    }

    /** By G7, how much longer a batch may take than the {@code betterMicros} of LangChain4j's faster mode. */
    double allowedMicros(double betterMicros) {
        return Math.max(0.05 * betterMicros, 1 + 0.1 * calls);
    }
}
