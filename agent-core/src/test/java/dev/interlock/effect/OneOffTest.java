package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that use up what they return. */
class OneOffTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Gets the lock",
                "Gets a distributed lock",
                "Gets the seat lock for a customer",
                "Obtains an exclusive lease on a blob",
                "Retrieves the semaphore of a pool",
                "Reads bytes from the serial port",
                "Reads a frame from the connection",
                "Read data from a named pipe",
                "Returns 100 rows from an open cursor",
                "Returns the next page of the iterator",
                "Returns the next row of a result",
                "Returns the changes since your last request",
                "Returns what is newer than the previous call",
                "Returns the events since you last asked",
                "Returns events. Only those since the last call are included.",
                "Returns messages that you have not received yet",
                "Returns a joke that has not been told before",
                "Returns entries never delivered to other consumers so far",
                "Returns an id that no earlier call has returned",
                "Returns the line after the one that was returned last",
            })
    void what_a_call_uses_up_is_no_read(String description) {
        assertThat(InferredTool.onlyReads(description)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Gets the locks of a database",
                "Gets information about a lock",
                "Gets the lock's owner",
                "Reads bytes from a file",
                "Reads data from a table",
                "Returns a page of items starting from the cursor",
                "Lists items. Pass the cursor of the previous call for the next page.",
                "Returns the changes since the last commit",
                "Lists releases newer than the previous release",
                "Lists orders that have not been shipped yet",
                "Lists parcels not delivered yet",
                "Lists coupons that have not been used yet",
                "Lists items created before the given day",
                "Get the rows read last week",
            })
    void what_stays_as_it_is_reads(String description) {
        assertThat(InferredTool.onlyReads(description)).isTrue();
    }
}
