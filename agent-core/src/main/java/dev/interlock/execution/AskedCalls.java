package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The calls for a guard's question while calls come one at a time. This is an unmodifiable view, so that n questions
 * take no n copies.
 */
final class AskedCalls extends AbstractList<ToolCall> implements RandomAccess {

    private final List<? extends RoundCall> calls;

    AskedCalls(List<? extends RoundCall> calls) {
        this.calls = calls;
    }

    @Override
    public ToolCall get(int index) {
        return calls.get(index).driven().body().call();
    }

    @Override
    public int size() {
        return calls.size();
    }
}
