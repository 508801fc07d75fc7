package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableCacheTest {

    private final TableCache<String> cache = new TableCache<>();

    @Test
    void what_was_read_before_a_change_is_not_kept_after_it() {
        long since = cache.generation();
        cache.begin("1", true);
        cache.end("1");
        cache.put("t", "old", since);
        assertThat(cache.get("t")).isNull();
        cache.put("t", "new", cache.generation());
        assertThat(cache.get("t")).isEqualTo("new");
    }

    @Test
    void nothing_is_kept_until_every_connection_that_changes_tables_has_committed() {
        cache.put("t", "old", cache.generation());
        cache.begin("1", false);
        assertThat(cache.get("t")).isNull();
        cache.begin("2", false);
        cache.end("1");
        cache.put("t", "old", cache.generation());
        assertThat(cache.get("t")).isNull();
        cache.end("2");
        cache.put("t", "new", cache.generation());
        assertThat(cache.get("t")).isEqualTo("new");
    }

    @Test
    void nothing_is_kept_any_more_once_a_connection_closed_without_a_commit() {
        cache.begin("1", true);
        cache.close("1");
        cache.put("t", "kept", cache.generation());
        assertThat(cache.get("t")).isEqualTo("kept");
        cache.begin("2", false);
        cache.close("2");
        cache.put("t", "lost", cache.generation());
        assertThat(cache.get("t")).isNull();
    }
}
