package dev.interlock.learn;

import dev.interlock.call.ToolCall;
import java.util.Objects;

/**
 * A call that speaks against a narrower template. Immutable.
 *
 * @param template the template that most calls kept to: {@code account/{id}}
 * @param call one that did not
 * @param touched what it touched instead: {@code account/7}
 */
public record CounterExample(String template, ToolCall call, String touched) {

    /** Rejects nulls. */
    public CounterExample {
        Objects.requireNonNull(template, "template");
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(touched, "touched");
    }

    @Override
    public String toString() {
        return "not " + template + ": " + call.tool() + call.arguments() + " touched " + touched;
    }
}
