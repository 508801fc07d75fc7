package dev.interlock.execution;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a thread has still to do in this and other rounds, because of actions that it carries out. A queue takes the
 * place of recursion, since any number of calls may follow from one. Only accessed by that thread, which holds no lock.
 */
final class FollowUps {

    private final Deque<Runnable> queue = new ArrayDeque<>(1);

    void add(Runnable one) {
        queue.add(one);
    }

    /** Does all, and what that adds. */
    void doAll() {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }
}
