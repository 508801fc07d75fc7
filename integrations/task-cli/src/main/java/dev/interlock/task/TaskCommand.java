package dev.interlock.task;

import dev.interlock.event.RoundEvent;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.Cancellation;
import dev.interlock.langchain4j.TaskAgent;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskEvent;
import dev.interlock.langchain4j.TaskResult;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.model.chat.ChatModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Carries out a task in plain words, with a model behind an API like OpenAI's. */
@Command(
        name = "task",
        versionProvider = Versions.class,
        description = "Carries out a task in plain words, with tools for files, SQL, HTTP and arithmetic.",
        footer = {
            "",
            "Uses a model behind an API like OpenAI's: set OPENAI_API_KEY and, if needed, OPENAI_BASE_URL and"
                    + " OPENAI_MODEL.",
            "The answer goes to the standard output, progress to the error output."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:the task was answered, or planned",
            "  1:it failed",
            "  2:the command line is wrong, or there is no model",
            "  3:it reached the limit of rounds",
            "  4:it reached the limit of time",
            "  5:it reached the limit of calls",
            "  6:the model repeated a call over and over",
            "  7:the answer is cut off",
            "  8:the answer was filtered",
            "  9:the answer is empty",
            " 10:the model wrote a call as text",
            " 11:the embedded model (--demo) did not understand all of the task",
            " 12:it is suspended, since calls wait for a decision",
            "130:it was stopped by Ctrl-C"
        })
public final class TaskCommand implements Callable<Integer> {

    private static final int NOT_UNDERSTOOD = 11;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    static final String NO_MODEL = ModelOptions.NO_MODEL + " Or try --demo.";

    private final Map<String, String> environment;
    private final Cancellation stop;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "TASK", description = "The task, in plain words.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--folder", description = "Gives the tools that list, read and write files below it.")
    private @Nullable Path folder;

    @Option(names = "--sql", description = "A script for the H2 database, which is in memory and empty otherwise.")
    private @Nullable Path sql;

    @Option(
            names = "--allow-host",
            paramLabel = "HOST[:PORT]",
            description = "Gives the tool that sends GET requests, to this host; can be repeated.")
    private List<String> hosts = new ArrayList<>();

    @Mixin
    private final ModelOptions model;

    @Option(names = "--chaining", description = "Lets calls refer to the results of earlier ones of the same response.")
    private boolean chaining;

    @Option(names = "--max-rounds", description = "How many rounds the task may have; default: ${DEFAULT-VALUE}.")
    private int maxRounds = 20;

    @Option(names = "--max-calls", description = "How many calls the task may have; default: any number.")
    private @Nullable Integer maxCalls;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long the task may take; default: any time.")
    private @Nullable Integer timeoutSeconds;

    @Option(
            names = "--dry-run",
            description = "Shows the calls of the first response and what waits for what; runs none.")
    private boolean dryRun;

    @Option(names = "--json", description = "Prints the result as JSON, and no progress.")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Writes a page of HTML that shows what ran when, and what waited for what.")
    private @Nullable Path report;

    @Option(names = "--report-content", description = "Shows arguments and results in that page, too.")
    private boolean reportContent;

    @Option(names = "--plain", description = "Shows progress as lines, on a terminal too.")
    private boolean plain;

    @Option(
            names = "--demo",
            description =
                    "Asks a small embedded model, on a folder, database and service of its own; has a task of its own.")
    private boolean demo;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // by picocli
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the versions of Interlock, LangChain4j and Java.")
    @SuppressWarnings("UnusedVariable") // by picocli
    private boolean version;

    TaskCommand(Map<String, String> environment, Cancellation stop) {
        this.environment = environment;
        this.model = new ModelOptions(environment);
        this.stop = stop;
    }

    /**
     * Runs the command.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Cancellation stop = new Cancellation();
        CountDownLatch over = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.cancel("the program was stopped");
            await(over);
        }));
        int status = run(System.getenv(), stop, out, err, arguments);
        over.countDown();
        System.exit(status);
    }

    /** Lets the task clean up and say how far it came. */
    private static void await(CountDownLatch over) {
        try {
            if (!over.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("task: stopped while calls were still running");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static int run(
            Map<String, String> environment, Cancellation stop, PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new TaskCommand(environment, stop))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((thrown, parsed) -> {
                    err.println("task: " + Printable.text(String.valueOf(thrown.getMessage())));
                    err.println("See --help.");
                    return 2;
                })
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    err.println("task: " + TaskReport.text(thrown));
                    return 1;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        if (!demo) {
            return execute(String.join(" ", words), folder, script(), hosts, model.chatModel(" Or try --demo."));
        }
        try (DemoWorld world = new DemoWorld()) {
            List<String> allowed = new ArrayList<>(hosts);
            allowed.add(world.host());
            String task = words.isEmpty() ? world.task() : String.join(" ", words);
            int status = execute(
                    task,
                    folder == null ? world.folder() : folder,
                    sql == null ? DemoWorld.SCRIPT : script(),
                    allowed,
                    new DemoModel());
            return status == 0 ? tellNotUnderstood(task) : status;
        }
    }

    /** Reports what the embedded model did not understand; it skips that and answers anyway. */
    private int tellNotUnderstood(String task) {
        List<String> missed = DemoModel.notUnderstood(task);
        if (missed.isEmpty()) {
            return 0;
        }
        spec.commandLine()
                .getErr()
                .println("task: the embedded model did not understand '"
                        + Printable.text(String.join("' and '", missed)) + "'");
        return NOT_UNDERSTOOD;
    }

    private String script() {
        try {
            return sql == null ? "" : Files.readString(sql);
        } catch (IOException e) {
            throw wrong("--sql: '" + sql + "' cannot be read: " + TaskReport.text(e));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int execute(String task, @Nullable Path files, String script, List<String> allowed, ChatModel chatModel)
            throws Exception {
        if (task.isBlank()) {
            throw wrong("What is the task?");
        }
        if (maxRounds < 1) {
            throw wrong("--max-rounds must be >= 1, was " + maxRounds);
        }
        if (maxCalls != null && maxCalls < 1) {
            throw wrong("--max-calls must be >= 1, was " + maxCalls);
        }
        if (timeoutSeconds != null && timeoutSeconds < 1) {
            throw wrong("--timeout must be >= 1 s, was " + timeoutSeconds);
        }
        if (files != null && !Files.isDirectory(files)) {
            throw wrong("--folder: there is no folder '" + files + "'");
        }
        if (report != null && !ReportFile.isPossible(report)) {
            throw wrong("--report: '" + report + "' is a folder, or its folder does not exist");
        }
        if (report != null && dryRun) {
            throw wrong("--report: nothing runs with --dry-run, so there is nothing to report");
        }
        if (report == null && reportContent) {
            throw wrong("--report-content needs --report FILE");
        }
        for (String host : allowed) {
            if (!HttpTools.isHost(host)) {
                throw wrong("--allow-host: '" + host + "' must be HOST or HOST:PORT, such as example.com or"
                        + " localhost:8080");
            }
        }
        try (Tools tools = new Tools(files, script, allowed)) {
            TaskAgent.Builder agent = TaskAgent.builder()
                    .chatModel(chatModel)
                    .tools(tools.objects())
                    .chaining(chaining)
                    .maxRounds(maxRounds)
                    .parallelTools(parallel -> parallel.timeout(CALL_LIMIT))
                    .parallelTools(tools::declareEffects);
            if (timeoutSeconds != null) {
                agent.timeout(Duration.ofSeconds(timeoutSeconds));
            }
            if (maxCalls != null) {
                agent.maxCallsPerInvocation(maxCalls);
            }
            return stop.call(() -> dryRun ? plan(agent, task) : execute(agent, task));
        }
    }

    private int execute(TaskAgent.Builder builder, String task) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        TaskResult result;
        if (json) {
            try (TaskAgent agent = builder.build()) {
                result = agent.execute(task);
            }
            out.println(TaskReport.json(result).toPrettyString());
            writeReport(result);
            return status(result);
        }
        try (Progress progress = new Progress(err, !plain && Terminal.isThere(environment));
                TaskAgent agent = builder.listener(progress).build()) {
            result = agent.execute(task);
        }
        if (result.answer() != null) {
            out.println(Printable.text(result.answer()));
        }
        err.println(TaskReport.summary(result));
        writeReport(result);
        if (!result.isAnswered()) {
            tellEnd(result);
        }
        return status(result);
    }

    /** Writes the report. If that fails, the task's own result stays. */
    private void writeReport(TaskResult result) {
        if (report == null) {
            return;
        }
        PrintWriter err = spec.commandLine().getErr();
        try {
            ReportFile.write(report, result, reportContent);
            if (!json) {
                err.println("report: " + Printable.text(report.toAbsolutePath().toString()));
            }
        } catch (IOException e) {
            err.println("task: the report could not be written: " + TaskReport.text(e));
        }
    }

    private void tellEnd(TaskResult result) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("task: " + TaskReport.end(result));
        if (result.end() == TaskEnd.ERROR && !demo) {
            err.println("task: the model was " + model.modelName() + " at " + model.url());
        }
    }

    /**
     * Plans a task. The run is cancelled when the first round begins, so none of its calls starts, and the model is not
     * asked again.
     */
    private int plan(TaskAgent.Builder builder, String task) throws Exception {
        Cancellation cancellation = new Cancellation();
        builder.listener(event -> {
            if (event instanceof TaskEvent.RoundProgress progress
                    && progress.event() instanceof RoundEvent.RoundStarted) {
                cancellation.cancel("this is a dry run");
            }
        });
        builder.parallelTools(parallel -> parallel.interceptor(call -> {
            throw new CallRefusedException("this is a dry run");
        }));
        TaskResult result;
        try (TaskAgent agent = builder.build()) {
            result = cancellation.call(() -> agent.execute(task));
        }
        CallPlan plan =
                result.rounds().isEmpty() ? null : result.rounds().get(0).plan();
        PrintWriter out = spec.commandLine().getOut();
        if (plan == null && !result.isAnswered()) {
            if (json) {
                out.println(TaskReport.json(result).toPrettyString());
            } else {
                tellEnd(result);
            }
            return status(result);
        }
        if (json) {
            out.println(TaskReport.json(plan, result.answer()).toPrettyString());
        } else {
            out.println(Printable.text(plan == null ? "no calls; the answer is: " + result.answer() : plan.toString()));
        }
        return 0;
    }

    static int status(TaskResult result) {
        return switch (result.end()) {
            case ANSWER -> 0;
            case ERROR -> 1;
            case ROUND_LIMIT -> 3;
            case DEADLINE -> 4;
            case CALL_LIMIT -> 5;
            case REPEATED_CALLS -> 6;
            case TRUNCATED -> 7;
            case FILTERED -> 8;
            case EMPTY -> 9;
            case TOOL_CALL_AS_TEXT -> 10;
            case SUSPENDED -> 12;
            case CANCELLED -> 130;
        };
    }
}
