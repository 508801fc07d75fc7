package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.PairTools.meet;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.moderation.Moderation;
import dev.langchain4j.model.moderation.ModerationModel;
import dev.langchain4j.model.moderation.ModerationRequest;
import dev.langchain4j.model.moderation.ModerationResponse;
import dev.langchain4j.service.Moderate;
import dev.langchain4j.service.ModerationException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j moderates the user's message beside the model's first answer, before tools run. */
@Timeout(60)
class ModerationTest {

    private final Rounds rounds = new Rounds();
    private final PairTools pairs = new PairTools();
    private final ChatMemory memory = Memory.ofManyMessages();
    private final Moderating moderation = new Moderating();

    interface Moderated {
        @Moderate
        String chat(String message);
    }

    private static final class Moderating implements ModerationModel {
        final List<List<String>> texts = new CopyOnWriteArrayList<>();

        @Override
        public ModerationResponse doModerate(ModerationRequest request) {
            texts.add(request.texts());
            boolean rude = request.texts().stream().anyMatch(text -> text.contains("rude"));
            return ModerationResponse.builder()
                    .moderation(rude ? Moderation.flagged("rude") : Moderation.notFlagged())
                    .build();
        }
    }

    private Moderated moderated(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Moderated.class)
                .chatModel(model)
                .moderationModel(moderation)
                .chatMemory(memory)
                .tools(pairs)
                .build();
    }

    @Test
    void calls_overlap_once_the_message_is_found_harmless() {
        ScriptedChatModel model = ScriptedChatModel.asking(meet(1), meet(2));

        assertThat(moderated(model).chat("go")).isEqualTo(ScriptedChatModel.DONE);

        assertThat(rounds.reports()).hasSize(1);
        assertThat(model.resultTexts()).containsExactly("met 1", "met 2");
        assertThat(moderation.texts).containsExactly(List.of("go"));
    }

    @Test
    void no_call_is_started_for_a_message_that_is_flagged() {
        ScriptedChatModel model = ScriptedChatModel.asking(meet(1), meet(2));
        Moderated moderated = moderated(model);

        assertThatThrownBy(() -> moderated.chat("a rude word"))
                .isInstanceOfSatisfying(
                        ModerationException.class,
                        e -> assertThat(e.moderation().flaggedText()).isEqualTo("rude"));

        assertThat(pairs.threads).isEmpty();
        assertThat(rounds.reports()).isEmpty();
        assertThat(Memory.types(memory)).containsExactly(ChatMessageType.USER);
    }

    @Test
    void results_of_tools_are_not_moderated() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(meet(1), meet(2)), AiMessage.from("done"), calls(meet(3), meet(4)), AiMessage.from("done again"));
        Moderated moderated = moderated(model);

        moderated.chat("go");
        moderated.chat("go on");

        assertThat(model.resultTexts()).containsExactly("met 1", "met 2", "met 3", "met 4");
        assertThat(moderation.texts).containsExactly(List.of("go"), List.of("go", "done", "go on"));
    }
}
