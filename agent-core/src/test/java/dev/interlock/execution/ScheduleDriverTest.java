package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.schedule.Schedule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleDriverTest {

    private final FakeTime time = new FakeTime();
    private final ToolCallExecutor executor =
            ToolCallExecutor.builder().time(time).build();
    private final ToolDefinition tool = ToolDefinition.of("note", Effects.writes("a"), call -> null);
    private final RoundFrame frame = executor.rounds()
            .round(List.of(new ToolTask(executor, tool), new ToolTask(executor, tool)))
            .frame();
    private final ScheduleDriver driver = new ScheduleDriver(frame, call -> () -> {});

    @Test
    void reading_the_schedule_is_no_event_so_its_time_stays_that_of_the_last_event() {
        long before = time.nanos();
        driver.applySafely(Schedule::timePassed);
        time.advance(Duration.ofSeconds(3));

        assertThat(driver.<Long>read(Schedule::now)).isEqualTo(before);

        driver.applySafely(Schedule::timePassed);
        assertThat(driver.<Long>read(Schedule::now)).isEqualTo(before + 3_000_000_000L);
    }
}
