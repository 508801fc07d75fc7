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
 * How many calls a turn may have, as Spring AI has it: what follows the last message of the user is the turn, and what was
 * answered in it counts. Immutable.
 *
 * @param ofAll the most calls of a turn, or {@link #NONE}
 * @param ofEach the most calls of each tool, or {@link #NONE}
 * @param ofTool other limits by tool
 * @param exempt tools without a limit of their own
 * @param whenExceeded what becomes of a call over a limit
 */
record TurnLimits(
        int ofAll, int ofEach, Map<String, Integer> ofTool, Set<String> exempt, ToolCallLimitBehavior whenExceeded) {

    static final int NONE = -1;

    TurnLimits {
        ofTool = Map.copyOf(ofTool);
        exempt = Set.copyOf(exempt);
    }

    /**
     * A call is over a limit.
     *
     * @param tool whose limit; null for that of the turn
     * @param limit the most calls
     */
    record Excess(@Nullable String tool, int limit) {

        /** What the model is told. */
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
         * @param tool its tool
         * @return the limit that it is over, or null
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
     * The turn so far.
     *
     * @param conversation all messages
     * @return with the calls of the turn that were answered
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

    /** The limits until the manager is built: by default those of Spring AI. */
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
