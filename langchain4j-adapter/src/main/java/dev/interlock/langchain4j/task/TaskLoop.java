package dev.interlock.langchain4j.task;

import dev.interlock.execution.Interrupts;
import dev.interlock.langchain4j.InvocationSuspendedException;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskResult;
import dev.interlock.langchain4j.TypedTaskResult;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.Result;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes runs on the current thread, with LangChain4j's loop. Thread-safe. */
final class TaskLoop {

    private static final Logger log = LoggerFactory.getLogger(TaskLoop.class);

    /** How long a stopped stream may take to end its calls. Each call has its grace period. */
    private static final Duration STREAM_LIMIT = Duration.ofSeconds(10);

    private final TaskService service;
    private final boolean streaming;

    /** Whether the agent keeps the memories of conversations itself. */
    private final boolean keepsMemories;

    private final ParallelTools parallel;
    private final TaskSettings settings;
    private final TaskRounds rounds;

    TaskLoop(
            TaskService service,
            boolean streaming,
            boolean keepsMemories,
            ParallelTools parallel,
            TaskSettings settings,
            TaskRounds rounds) {
        this.service = service;
        this.streaming = streaming;
        this.keepsMemories = keepsMemories;
        this.parallel = parallel;
        this.settings = settings;
        this.rounds = rounds;
    }

    <T> TypedTaskResult<T> execute(TaskRun run, @Nullable AnswerType<T> type) {
        run.within(run::started);
        Object memoryId = run.memoryId();
        Future<?> deadline = deadline(run);
        @Nullable T value = null;
        TaskResult result;
        String answer = null;
        boolean answered = false;
        try {
            run.awaitTurn();
            String text = type == null ? run.task() : type.textOf(run.task());
            answer = run.call(() -> loop(run, memoryId, List.of(TextContent.from(text))));
            answered = true;
            TaskEnd end = run.endBy(answer);
            value = type == null || end != TaskEnd.ANSWER ? null : type.parse(answer);
            result = run.ended(answer, end);
        } catch (Throwable e) {
            Throwable thrown = e instanceof UndeclaredThrowableException && e.getCause() != null ? e.getCause() : e;
            if (!streaming && !run.asksElsewhere() && !run.isStopped() && Interrupts.isInterrupt(thrown)) {
                // The model was asked on this thread, and a client may clear the flag when it throws.
                Thread.currentThread().interrupt();
            }
            if (thrown instanceof InvocationSuspendedException left) {
                result = run.suspended(left.suspended(), memoryOf(run, memoryId));
            } else {
                result = answered ? run.failed(answer, thrown) : run.ended(thrown);
            }
        } finally {
            deadline.cancel(false);
            rounds.forget(run);
            if (run.conversation() == null) {
                service.evictChatMemory(memoryId);
            }
        }
        return new TypedTaskResult<>(value, result);
    }

    private Future<?> deadline(TaskRun run) {
        Duration timeout = settings.timeout();
        if (timeout == null) {
            return CompletableFuture.completedFuture(null);
        }
        return settings.timer()
                .after(timeout, () -> run.stop(TaskEnd.DEADLINE, "the task exceeded " + timeout.toMillis() + " ms"));
    }

    private @Nullable String loop(TaskRun run, Object memoryId, List<Content> task) throws Exception {
        if (streaming) {
            return streamed(run, memoryId, task);
        }
        Supplier<Result<String>> method = () -> service.run(memoryId, task);
        return begin(run, memoryId, method).content();
    }

    /** Calls the service, in which a suspended task goes on. */
    private <T extends @Nullable Object> T begin(TaskRun run, Object memoryId, Supplier<T> method) {
        ResumedTask resumed = run.resumed();
        return resumed == null
                ? method.get()
                : parallel.resume(resumed.invocation(streaming, memoryId), resumed.decisions(), method);
    }

    /** Returns the messages of a memory that a suspended task would lose. */
    private List<ChatMessage> memoryOf(TaskRun run, Object memoryId) {
        ChatMemory memory = run.conversation() == null || keepsMemories ? service.getChatMemory(memoryId) : null;
        return memory == null ? List.of() : memory.messages();
    }

    private @Nullable String streamed(TaskRun run, Object memoryId, List<Content> task) throws Exception {
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        begin(run, memoryId, () -> {
            service.stream(memoryId, task)
                    .onPartialResponse(run::streamed)
                    .onCompleteResponse(done::complete)
                    .onError(done::completeExceptionally)
                    .start();
            return done;
        });
        boolean interrupted = false;
        try {
            run.handOvers().workUntil(CompletableFuture.anyOf(done, run.stopped()));
        } catch (InterruptedException e) {
            interrupted = true;
            run.stop(TaskEnd.CANCELLED, "the thread was interrupted while the model streamed");
        }
        try {
            if (!done.isDone()) {
                run.endStream();
                interrupted |= !await(done, run);
            }
            ChatResponse response = done.isDone() ? done.get() : null;
            if (response == null) {
                throw run.stoppedException();
            }
            return response.aiMessage().hasToolExecutionRequests()
                    ? null
                    : response.aiMessage().text();
        } catch (ExecutionException e) {
            throw ModelThread.unwrapped(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for the stream.
     *
     * @return false if the thread was interrupted and stopped waiting
     */
    private static boolean await(CompletableFuture<ChatResponse> done, TaskRun run) {
        try {
            done.get(STREAM_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn(
                    "Task {} ends while its stream still runs: the stream has not ended within {}",
                    run.number(),
                    STREAM_LIMIT);
        } catch (ExecutionException e) {
            // The code that asks for the response throws this.
        } catch (InterruptedException e) {
            return false;
        }
        return true;
    }
}
