package dev.interlock.race.springai;

import dev.interlock.race.Call;
import dev.interlock.race.Toolbox;
import java.util.List;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;

/** A tool as Spring AI's callback. A failure leaves as that of a {@code @Tool} method does. */
final class RecordedTool implements ToolCallback {

    private final ToolDefinition definition;
    private final Toolbox tools;

    private RecordedTool(String name, Toolbox tools) {
        this.definition = ToolDefinition.builder()
                .name(name)
                .description("A recorded tool")
                .inputSchema(Call.SCHEMA)
                .build();
        this.tools = tools;
    }

    static List<ToolCallback> all(Toolbox tools) {
        return tools.names().stream()
                .<ToolCallback>map(name -> new RecordedTool(name, tools))
                .toList();
    }

    @Override
    public ToolDefinition getToolDefinition() {
        return definition;
    }

    @Override
    public String call(String arguments) {
        try {
            return tools.call(Call.step(arguments));
        } catch (RuntimeException e) {
            throw new ToolExecutionException(definition, e);
        }
    }
}
