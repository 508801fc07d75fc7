package dev.interlock.race;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parts of an agent.
 *
 * @param script its model's script
 * @param tools its tools
 * @param cap how many calls may run at once; empty for no limit
 * @param timeout the limit of one call; empty for none
 */
public record Setup(Script script, Toolbox tools, OptionalInt cap, Optional<Duration> timeout) {

    static Setup of(Script script, Toolbox tools) {
        return new Setup(script, tools, OptionalInt.empty(), Optional.empty());
    }

    Setup cap(int calls) {
        return new Setup(script, tools, OptionalInt.of(calls), timeout);
    }

    Setup timeout(Duration limit) {
        return new Setup(script, tools, cap, Optional.of(limit));
    }
}
