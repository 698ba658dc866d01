package dev.annals.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadsTest {

  private static final String ID = "7b0c2a3e-0d0b-4a52-9d0a-2f6f5d2f3a01";

  @ParameterizedTest
  @CsvSource({
    "PUT,/files/uploads/ID,",
    "PUT,/files/uploads/ID,text/plain",
    "POST,/tasks/ID/attachments,multipart/form-data; boundary=b",
    "POST,/tasks/ID/attachments/,Multipart/Form-Data",
  })
  void recognizesUploads(String method, String path, String type) {
    assertThat(ApiPaths.UPLOADS.isUpload(method, path.replace("ID", ID), type)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/auth/login,multipart/x",
    "POST,/tasks/ID/attachments,application/json",
    "POST,/tasks/ID/attachments,",
    "PUT,/tasks/ID/attachments,multipart/form-data",
    "POST,/tasks/ID/../../auth/attachments,multipart/form-data",
    "PUT,/files/../auth/login,text/plain",
    "PUT,/files/uploads/..,text/plain",
    "PUT,/files/uploads/../../auth/login,text/plain",
    "PUT,/files/uploads/%2e%2e,text/plain",
    "PUT,/files/uploads/;a/../../notes/ID,text/plain",
    "PUT,/FILES/uploads/ID,text/plain",
    "POST,/files/uploads/ID,multipart/form-data",
    "GET,/files/attachments/ID,",
  })
  void doesNotRecognizeOtherRequests(String method, String path, String type) {
    assertThat(ApiPaths.UPLOADS.isUpload(method, path.replace("ID", ID), type)).isFalse();
  }
}
