package dev.interlock.race.springai;

import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.execution.Concurrency;
import dev.interlock.race.Agent;
import dev.interlock.race.Call;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Setup;
import dev.interlock.race.Toolbox;
import dev.interlock.springai.InterlockToolCallingManager;
import java.util.List;

/** Spring AI's chat client with Interlock's manager. */
public final class InterlockOnSpringAi implements Framework {

    @Override
    public List<Row> rows() {
        return List.of(Row.of(
                "Interlock on Spring AI 2.0.1",
                "InterlockToolCallingManager with maxConcurrency(UNLIMITED), effects from the recorded keys; "
                        + "cap: maxConcurrency(5); time-out: timeout(300 ms); cancel: interrupt of the caller",
                InterlockOnSpringAi::open));
    }

    private static Agent open(Setup setup) {
        InterlockToolCallingManager.Builder builder =
                InterlockToolCallingManager.builder().maxConcurrency(setup.cap().orElse(Concurrency.UNLIMITED));
        setup.timeout().ifPresent(builder::timeout);
        Effects effects = effects(setup.tools());
        setup.tools().names().forEach(name -> builder.effects(name, effects));
        InterlockToolCallingManager manager = builder.build();
        Agent agent = SpringAi.agent(setup, manager);
        return new Agent() {
            @Override
            public String chat(String message) throws Exception {
                return agent.chat(message);
            }

            @Override
            public void close() {
                manager.close();
            }
        };
    }

    private static Effects effects(Toolbox tools) {
        return tools.independent()
                ? Effects.pure()
                : Effects.of(call -> tools
                        .touches(call.arguments().path(Call.STEP).asInt())
                        .stream()
                        .map(touch -> touch.write()
                                ? Access.write(Resource.of(touch.path()))
                                : Access.read(Resource.of(touch.path())))
                        .toList());
    }
}
