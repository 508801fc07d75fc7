package dev.interlock.jdbc;

import java.util.Locale;
import java.util.Set;

/** The functions of databases that touch no table. Any other function may do anything. */
final class KnownFunctions {

    private static final Set<String> HARMLESS = Set.of(("abs acos array_agg array_append array_length array_to_string"
                    + " ascii asin atan atan2 avg bit_and bit_length bit_or bool_and bool_or btrim cardinality cast ceil"
                    + " ceiling char_length character_length chr coalesce concat concat_ws contains convert cos cot count"
                    + " cume_dist curdate current_date current_time current_timestamp curtime date date_add date_diff"
                    + " date_format date_part date_sub date_trunc dateadd datediff day day_of_month day_of_week"
                    + " day_of_year dayname dayofmonth dayofweek dayofyear decode degrees dense_rank every exp extract"
                    + " first_value floor format gen_random_uuid greatest group_concat grouping hour if ifnull initcap"
                    + " insert instr isnull json json_agg json_array json_array_length json_arrayagg json_build_array"
                    + " json_build_object json_extract json_object json_object_agg json_objectagg json_value jsonb_agg"
                    + " jsonb_array_length jsonb_build_array jsonb_build_object jsonb_object_agg jsonb_set"
                    + " lag last_value lcase lead least left length listagg ln localtime localtimestamp locate log log10"
                    + " lower lpad ltrim max md5 median mid min minute mod mode month monthname now nth_value ntile nullif"
                    + " nvl nvl2 octet_length overlay parsedatetime percent_rank percentile_cont percentile_disc pi"
                    + " position power quarter radians rand random random_uuid rank regexp_match regexp_matches"
                    + " regexp_replace repeat replace reverse right round row row_number rpad rtrim second sign sin space"
                    + " split_part sqrt starts_with stddev stddev_pop stddev_samp string_agg strpos substr substring sum"
                    + " sysdate tan timestamp to_char to_date to_json to_jsonb to_number to_timestamp translate trim trunc"
                    + " truncate ucase unaccent unnest upper uuid var_pop var_samp variance week xmlagg year"
                    + " date_bin make_date make_timestamp make_interval generate_series value values any all some")
            .split(" "));

    /** Functions that read or set a sequence, which is their first argument. */
    private static final Set<String> OF_SEQUENCES = Set.of("nextval", "setval", "currval");

    private KnownFunctions() {}

    static boolean isHarmless(String name) {
        return HARMLESS.contains(plain(name));
    }

    static boolean isOfSequence(String name) {
        return OF_SEQUENCES.contains(plain(name));
    }

    /** Returns the plain name of a function. A function in a user's schema is unknown, whatever its name. */
    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("pg_catalog.") ? lower.substring("pg_catalog.".length()) : lower;
    }
}
