package dev.interlock.springai;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallLimitBehavior;

/**
 * How many calls a turn may have, by Spring AI's rules: the turn is all that follows the user's last message, and its
 * answered calls count. Immutable.
 *
 * @param ofAll the most calls of a turn, or {@link #NONE}
 * @param ofEach the most calls of each tool, or {@link #NONE}
 * @param ofTool the limits of single tools
 * @param exempt tools without a limit of their own
 * @param whenExceeded what happens to a call over a limit
 */
record TurnLimits(
        int ofAll, int ofEach, Map<String, Integer> ofTool, Set<String> exempt, ToolCallLimitBehavior whenExceeded) {

    static final int NONE = -1;

    TurnLimits {
        ofTool = Map.copyOf(ofTool);
        exempt = Set.copyOf(exempt);
    }

    /**
     * A call exceeds a limit.
     *
     * @param tool the tool of the limit; null for the turn's limit
     * @param limit the most calls
     */
    record Excess(@Nullable String tool, int limit) {

        /** Returns the text for the model. */
        String message() {
            return tool == null
                    ? "Total tool call limit (" + limit + ") exceeded for this turn. No further tool calls are allowed."
                    : "Tool call limit (" + limit + ") exceeded for tool '" + tool
                            + "'. No further calls to this tool are allowed in this turn.";
        }
    }

    /** Counts the calls of a turn, one after the other. Not thread-safe. */
    final class Turn {
        private final Map<String, Integer> byTool = new HashMap<>();
        private int all;

        private Turn() {}

        private void add(String tool) {
            byTool.merge(tool, 1, Integer::sum);
            all++;
        }

        /**
         * Counts a call.
         *
         * @param tool the call's tool
         * @return the limit that the call exceeds, or null
         */
        @Nullable
        Excess next(String tool) {
            add(tool);
            int limit = exempt.contains(tool) ? NONE : ofTool.getOrDefault(tool, ofEach);
            if (limit != NONE && byTool.getOrDefault(tool, 0) > limit) {
                return new Excess(tool, limit);
            }
            return ofAll != NONE && all > ofAll ? new Excess(null, ofAll) : null;
        }
    }

    /**
     * Returns the turn so far.
     *
     * @param conversation all messages
     * @return the turn, with its answered calls
     */
    Turn turn(List<Message> conversation) {
        int start = conversation.size() - 1;
        while (start > 0 && !(conversation.get(start) instanceof UserMessage)) {
            start--;
        }
        Turn turn = new Turn();
        for (Message message : conversation.subList(Math.max(start, 0), conversation.size())) {
            if (message instanceof ToolResponseMessage answers) {
                answers.getResponses().forEach(answer -> turn.add(answer.name()));
            }
        }
        return turn;
    }

    /** Collects the limits until the manager exists; by default Spring AI's. */
    static final class Builder {
        private int ofAll = DefaultToolCallingManager.DEFAULT_MAX_TOTAL_TOOL_CALLS;
        private int ofEach = DefaultToolCallingManager.DEFAULT_MAX_CALLS_PER_TOOL;
        private final Map<String, Integer> ofTool = new HashMap<>();
        private final Set<String> exempt = new HashSet<>();
        private ToolCallLimitBehavior whenExceeded = ToolCallLimitBehavior.THROW;

        void ofAll(int limit) {
            ofAll = limit;
        }

        void ofEach(int limit) {
            ofEach = limit;
        }

        void ofTool(String tool, int limit) {
            ofTool.put(tool, limit);
            exempt.remove(tool);
        }

        void exempt(String tool) {
            exempt.add(tool);
            ofTool.remove(tool);
        }

        void whenExceeded(ToolCallLimitBehavior behavior) {
            whenExceeded = behavior;
        }

        TurnLimits build() {
            return new TurnLimits(ofAll, ofEach, ofTool, exempt, whenExceeded);
        }
    }
}
