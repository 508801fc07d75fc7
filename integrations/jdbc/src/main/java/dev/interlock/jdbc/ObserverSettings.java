package dev.interlock.jdbc;

import java.util.List;
import java.util.Map;

/**
 * The user's settings for a database. Immutable.
 *
 * @param under the beginning of all resources; may be empty
 * @param resources the paths of resources, by table
 * @param keys the columns that tell rows apart, by table
 * @param views the tables that views show, by view
 * @param ignoreTriggers whether to assume that there are no triggers
 */
record ObserverSettings(
        String under,
        Map<String, String> resources,
        Map<String, List<String>> keys,
        Map<String, List<String>> views,
        boolean ignoreTriggers) {

    ObserverSettings {
        resources = Map.copyOf(resources);
        keys = Map.copyOf(keys);
        views = Map.copyOf(views);
    }
}
