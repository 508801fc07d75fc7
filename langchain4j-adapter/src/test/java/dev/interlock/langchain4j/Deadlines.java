package dev.interlock.langchain4j;

import dev.interlock.event.RoundEvent;
import dev.interlock.langchain4j.task.TaskTimer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/** Deadlines of tasks that pass when a test wants, whatever the clock says. */
final class Deadlines {

    /** Of the clock, too long to pass in a test. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private Deadlines() {}

    /** Limits a task's time, which is up once all of this has happened. */
    static TaskAgent.Builder after(TaskAgent.Builder agent, CountDownLatch... happened) {
        TaskTimer timer = (delay, alarm) -> {
            FutureTask<Boolean> rings = new FutureTask<>(() -> {
                for (CountDownLatch latch : happened) {
                    Waiting.await(latch);
                }
                alarm.run();
                return true;
            });
            Thread.ofPlatform().daemon().name("deadline").start(rings);
            return rings;
        };
        agent.timer = timer;
        return agent.timeout(LONG);
    }

    /** Opens the latch when a call of the tool has ended. */
    static TaskAgent.Builder telling(TaskAgent.Builder agent, String tool, CountDownLatch ended) {
        return agent.parallelTools(parallel -> parallel.listener(event -> {
            if (event instanceof RoundEvent.CallEnded end
                    && end.result().call().tool().equals(tool)) {
                ended.countDown();
            }
        }));
    }
}
