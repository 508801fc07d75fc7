package dev.interlock.race.adk;

import com.google.adk.tools.BaseTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.Schema;
import dev.interlock.race.Call;
import dev.interlock.race.Toolbox;
import io.reactivex.rxjava3.core.Single;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A tool as ADK's. */
final class RecordedTool extends BaseTool {

    private final Toolbox tools;

    private RecordedTool(String name, Toolbox tools) {
        super(name, "A recorded tool");
        this.tools = tools;
    }

    static List<RecordedTool> all(Toolbox tools) {
        return tools.names().stream().map(name -> new RecordedTool(name, tools)).toList();
    }

    @Override
    public Optional<FunctionDeclaration> declaration() {
        return Optional.of(FunctionDeclaration.builder()
                .name(name())
                .description(description())
                .parameters(Schema.builder()
                        .type("OBJECT")
                        .properties(Map.of(
                                Call.STEP, Schema.builder().type("INTEGER").build()))
                        .required(List.of(Call.STEP))
                        .build())
                .build());
    }

    @Override
    public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext context) {
        int step = ((Number) args.get(Call.STEP)).intValue();
        return Single.fromCallable(() -> Map.of("result", tools.run(step)));
    }
}
