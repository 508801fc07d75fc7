package dev.interlock.jdbc;

import java.util.List;
import java.util.Map;

/**
 * What the user says of a database. Immutable.
 *
 * @param under what stands before all resources; may be empty
 * @param resources paths of resources, by tables
 * @param keys columns by which rows are told apart, by tables
 * @param views tables that views show, by views
 * @param ignoreTriggers whether triggers are not looked for, nor taken to be there
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
