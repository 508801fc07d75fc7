package dev.interlock.springai;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/** A wrapper around a callback, as a user logs calls, or Spring AI asks for reasons. */
record LoggedCallback(ToolCallback inner) implements ToolCallback {

    @Override
    public ToolDefinition getToolDefinition() {
        return inner.getToolDefinition();
    }

    @Override
    public String call(String input) {
        return inner.call(input);
    }
}
