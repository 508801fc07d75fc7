package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that looks or listens through a device of the person who sits there is never said to only read. */
class DevicesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Gets a photo from the user's camera.",
                "Gets a photo from the camera",
                "Returns a picture taken with the front camera",
                "Retrieves an image through their built-in camera.",
                "Returns a frame of the webcam",
                "Gets speech from the default microphone as text.",
                "Retrieves ten seconds of audio from the microphone.",
                "Finds the song that plays, using the mic.",
                "Obtains a fingerprint of the user to confirm a payment",
                "Gets the signature of a contract from the customer.",
                "Reads the face of a visitor.",
                "Returns what the user dictates.",
                "Returns which option the user picks.",
                "Gets whatever the operator types.",
            })
    void description_of_a_device_at_hand_overrules_the_name(String description) {
        assertThat(EffectInference.onlyReads("get_shape", description)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get_selfie",
                "camera_photo",
                "get_webcam",
                "read_microphone",
                "getCameraPicture",
                "find_mic_input"
            })
    void name_of_a_device_at_hand_never_reads(String tool) {
        assertThat(EffectInference.onlyReads(tool, "Returns the thing.")).isFalse();
        assertThat(EffectInference.onlyReads(tool, null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list_cameras | Lists cameras along a road",
                "get_image | Gets the last image of a traffic camera",
                "get_camera_settings | Gets the settings of the camera",
                "get_camera_status | Gets the status of the front camera",
                "list_microphones | Lists microphones that a shop sells",
                "get_microphone_price | Gets the price of a microphone",
                "get_certificate | Gets the fingerprint of a certificate",
                "get_photo | Gets a photo of an album",
                "get_price | Gets the price of a webcam",
                "get_face | Gets the face of a cube by its number",
                "search_reviews | Searches reviews of camera lenses",
                "get_choice | Gets what users say about a product",
            })
    void what_is_about_devices_reads(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isTrue();
    }
}
