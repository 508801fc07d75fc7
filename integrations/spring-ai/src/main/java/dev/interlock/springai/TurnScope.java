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
 * Stands for a conversation without an id, so that an abandoned call holds up its own turn and not every user.
 *
 * <p>Invariant: a round waits for an abandoned call's resources if both provably belong to one conversation. That is so
 * if the round's messages contain
 *
 * <ul>
 *   <li>the same object as the user message that began the call's turn: Spring AI's loop passes it from round to round
 *       unchanged, and memories that keep objects pass it from turn to turn;
 *   <li>or a copy of that message and an answer to that call.
 * </ul>
 *
 * <p>Equal texts alone prove nothing, since two users may ask the same. Two scopes are equal if they began with the
 * same message object. Immutable.
 */
final class TurnScope {

    private final UserMessage start;

    private TurnScope(UserMessage start) {
        this.start = start;
    }

    /**
     * Returns the scope of a round.
     *
     * @param messages the messages to the model
     * @param abandoned all abandoned calls that hold resources
     * @return the scope of the first abandoned call of the same conversation, else the turn's own; null if there is no
     *     user message
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

    /** Some providers give no id, or an empty one. */
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

    /** Leaves out the user's text, since lists of abandoned calls show this. */
    @Override
    public String toString() {
        return "turn " + Integer.toHexString(hashCode());
    }
}
