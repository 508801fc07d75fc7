package dev.interlock.springai;

import dev.interlock.execution.AbandonedCall;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;

/**
 * Stands for a conversation that nothing identifies, so that an abandoned call holds up its own turn and not every user.
 *
 * <p>Invariant: a round waits for what an abandoned call holds if it can be told that both are of one conversation. That is
 * so if the round's messages have
 *
 * <ul>
 *   <li>the very message of the user that the call's turn began with: Spring AI's loop hands it on from round to round as it
 *       is, and so do memories that keep objects, from turn to turn;
 *   <li>or a copy of it, and an answer to that call.
 * </ul>
 *
 * <p>Equal texts alone say nothing: two users may ask the same. Two scopes are equal if they began with the very same message.
 * Immutable.
 */
final class TurnScope {

    private final UserMessage start;

    private TurnScope(UserMessage start) {
        this.start = start;
    }

    /**
     * The scope of a round.
     *
     * @param messages what the model was asked
     * @param abandoned all calls that hold resources
     * @return that of the first abandoned call of the same conversation, else that of the turn; null if the user said nothing
     */
    static @Nullable TurnScope of(List<Message> messages, Collection<AbandonedCall> abandoned) {
        for (AbandonedCall call : abandoned) {
            if (call.conversation() instanceof TurnScope scope && scope.isPartOf(messages, call)) {
                return scope;
            }
        }
        UserMessage last = null;
        for (Message message : messages) {
            if (message instanceof UserMessage user) {
                last = user;
            }
        }
        return last == null ? null : new TurnScope(last);
    }

    @SuppressWarnings("ReferenceEquality") // messages of two users may be equal by chance
    private boolean isPartOf(List<Message> messages, AbandonedCall call) {
        boolean copied = false;
        for (Message message : messages) {
            if (message == start) {
                return true;
            }
            if (message instanceof UserMessage user) {
                copied |= Objects.equals(user.getText(), start.getText());
            } else if (copied && message instanceof ToolResponseMessage answers && answers(answers, call)) {
                return true;
            }
        }
        return false;
    }

    private static boolean answers(ToolResponseMessage answers, AbandonedCall call) {
        return answers.getResponses().stream()
                .anyMatch(answer -> Objects.equals(answer.name(), call.call().tool())
                        && idOf(answer.id()).equals(idOf(call.call().id())));
    }

    /** Some providers give none, or an empty one. */
    private static String idOf(@Nullable String id) {
        return id == null ? "" : id;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // as above
    public boolean equals(@Nullable Object other) {
        return other instanceof TurnScope scope && scope.start == start;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(start);
    }

    /** Without what the user said, since it is shown with abandoned calls. */
    @Override
    public String toString() {
        return "turn " + Integer.toHexString(hashCode());
    }
}
