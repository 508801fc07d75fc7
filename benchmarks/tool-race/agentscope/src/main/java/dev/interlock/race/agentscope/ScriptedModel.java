package dev.interlock.race.agentscope;

import dev.interlock.race.Call;
import dev.interlock.race.Script;
import dev.interlock.race.Shown;
import io.agentscope.core.message.ContentBlock;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.TextBlock;
import io.agentscope.core.message.ToolResultBlock;
import io.agentscope.core.message.ToolUseBlock;
import io.agentscope.core.model.ChatResponse;
import io.agentscope.core.model.GenerateOptions;
import io.agentscope.core.model.Model;
import io.agentscope.core.model.ToolSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** The script as AgentScope's model. */
final class ScriptedModel implements Model {

    private final Script script;

    ScriptedModel(Script script) {
        this.script = script;
    }

    @Override
    public Flux<ChatResponse> stream(List<Msg> messages, List<ToolSchema> tools, GenerateOptions options) {
        List<Shown> shown = new ArrayList<>();
        for (Msg message : messages) {
            for (ContentBlock block : message.getContent()) {
                if (block instanceof ToolResultBlock result) {
                    shown.add(new Shown(result.getId() == null ? "" : result.getId(), text(result)));
                }
            }
        }
        if (shown.isEmpty()) {
            ChatResponse batch = script.batch(ScriptedModel::response);
            return Flux.just(batch);
        }
        return Flux.just(response(List.of(text(script.answer(shown))), "stop"));
    }

    private static String text(ToolResultBlock result) {
        return result.getOutput().stream()
                .map(block -> block instanceof TextBlock text ? text.getText() : "")
                .collect(Collectors.joining());
    }

    private static ContentBlock text(String text) {
        return TextBlock.builder().text(text).build();
    }

    private static ChatResponse response(List<Call> calls) {
        return response(
                calls.stream()
                        .<ContentBlock>map(call -> ToolUseBlock.builder()
                                .id(call.id())
                                .name(call.tool())
                                .input(Map.of(Call.STEP, call.step()))
                                .content(call.arguments())
                                .build())
                        .toList(),
                "tool_calls");
    }

    private static ChatResponse response(List<ContentBlock> content, String finishReason) {
        return ChatResponse.builder()
                .content(content)
                .finishReason(finishReason)
                .build();
    }

    @Override
    public String getModelName() {
        return "scripted";
    }
}
