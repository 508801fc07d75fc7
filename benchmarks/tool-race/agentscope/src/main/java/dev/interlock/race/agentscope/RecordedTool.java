package dev.interlock.race.agentscope;

import dev.interlock.race.Call;
import dev.interlock.race.Toolbox;
import io.agentscope.core.message.ToolResultBlock;
import io.agentscope.core.tool.ToolBase;
import io.agentscope.core.tool.ToolCallParam;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A tool as AgentScope's. */
final class RecordedTool extends ToolBase {

    private final Toolbox tools;

    RecordedTool(String name, boolean concurrencySafe, Toolbox tools) {
        super(ToolBase.builder()
                .name(name)
                .description("A recorded tool")
                .inputSchema(Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of(Call.STEP, Map.of("type", "integer")),
                        "required",
                        List.of(Call.STEP)))
                .concurrencySafe(concurrencySafe));
        this.tools = tools;
    }

    @Override
    public Mono<ToolResultBlock> callAsync(ToolCallParam param) {
        int step = ((Number) param.getInput().get(Call.STEP)).intValue();
        return Mono.fromCallable(() -> ToolResultBlock.text(tools.run(step)));
    }
}
