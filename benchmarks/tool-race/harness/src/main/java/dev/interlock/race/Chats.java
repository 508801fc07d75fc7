package dev.interlock.race;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a framework's conversations on threads of their own, so that a hanging one does not hold up the race. */
final class Chats {

    private final Thread thread;
    private final FutureTask<String> task;

    private Chats(Callable<String> body) {
        this.task = new FutureTask<>(body);
        this.thread = new Thread(task, "chat");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    static Chats start(Callable<String> body) {
        return new Chats(body);
    }

    /** Waits for the end; returns what went wrong, or empty. */
    String failure(Duration limit) throws InterruptedException {
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return "";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return "the conversation ends with " + cause.getClass().getSimpleName();
        } catch (TimeoutException e) {
            return "the conversation does not end";
        }
    }

    Thread thread() {
        return thread;
    }
}
