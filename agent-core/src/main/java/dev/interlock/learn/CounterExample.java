package dev.interlock.learn;

import dev.interlock.call.ToolCall;
import java.util.Objects;

/**
 * A call that contradicts a narrower template. Immutable.
 *
 * @param template the template that most calls kept to, such as {@code account/{id}}
 * @param call the call that did not keep to it
 * @param touched what the call touched instead, such as {@code account/7}
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
