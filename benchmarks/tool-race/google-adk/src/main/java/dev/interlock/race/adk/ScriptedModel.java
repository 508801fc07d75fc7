package dev.interlock.race.adk;

import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.Part;
import dev.interlock.race.Call;
import dev.interlock.race.Script;
import dev.interlock.race.Shown;
import io.reactivex.rxjava3.core.Flowable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The script as ADK's model. */
final class ScriptedModel extends BaseLlm {

    private final Script script;

    ScriptedModel(Script script) {
        super("scripted");
        this.script = script;
    }

    @Override
    public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
        List<Shown> shown = new ArrayList<>();
        for (Content content : request.contents()) {
            for (Part part : content.parts().orElse(List.of())) {
                part.functionResponse().ifPresent(response -> shown.add(shown(response)));
            }
        }
        if (shown.isEmpty()) {
            return Flowable.just(script.batch(ScriptedModel::response));
        }
        return Flowable.just(response(List.of(Part.fromText(script.answer(shown))), "model"));
    }

    private static Shown shown(FunctionResponse response) {
        return new Shown(
                response.id().orElse(""), String.valueOf(response.response().orElse(Map.of())));
    }

    private static LlmResponse response(List<Call> calls) {
        return response(
                calls.stream()
                        .map(call -> Part.builder()
                                .functionCall(FunctionCall.builder()
                                        .id(call.id())
                                        .name(call.tool())
                                        .args(Map.of(Call.STEP, call.step()))
                                        .build())
                                .build())
                        .toList(),
                "model");
    }

    private static LlmResponse response(List<Part> parts, String role) {
        return LlmResponse.builder()
                .content(Content.builder().role(role).parts(parts).build())
                .build();
    }

    @Override
    public BaseLlmConnection connect(LlmRequest request) {
        throw new UnsupportedOperationException("not live");
    }
}
