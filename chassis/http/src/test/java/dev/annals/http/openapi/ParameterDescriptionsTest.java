package dev.annals.http.openapi;

import com.jayway.jsonpath.JsonPath;
import dev.annals.http.sample.HttpTest;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;

class ParameterDescriptionsTest extends HttpTest {

  @Test
  void describesEachParameterAsItIsRead() throws Exception {
    Object parameters =
        JsonPath.read(
            http.send(http.to("/v3/api-docs")).body(), "$.paths['/samples'].get.parameters");

    JSONAssert.assertEquals(
        """
        [{name: deleted, in: query, schema: {type: boolean, default: false}},
         {name: tag, in: query, schema: {type: array, maxItems: 20, items: {type: string,
           minLength: 1, maxLength: 9000, pattern: "^[^\\\\x00]*[^\\\\s\\\\x00][^\\\\x00]*$"}}},
         {name: q, in: query,
           schema: {type: string, maxLength: 3500, pattern: "^[^\\\\x00]*$"}},
         {name: done, in: query, schema: {type: boolean}},
         {name: level, in: query, schema: {type: string, enum: [LOW, HIGH]}},
         {name: dueBefore, in: query, schema: {type: string, format: date-time}},
         {name: after, in: query, schema: {type: integer, format: int64, minimum: 0}},
         {name: limit, in: query,
           schema: {type: integer, format: int32, minimum: 1, maximum: 9, default: 7}},
         {name: page, in: query, description: "The page, from 0; a page past the end is empty.", schema:
           {type: integer, format: int64, minimum: 0, maximum: 92233720368547757, default: 0}},
         {name: size, in: query, description: "The maximum number of items.",
           schema: {type: integer, format: int32, minimum: 1, maximum: 100, default: 20}},
         {name: sort, in: query, schema: {type: array, uniqueItems: true,
           default: ["createdAt,desc"], items: {type: string, enum: ["createdAt",
           "createdAt,asc", "createdAt,desc", "title", "title,asc", "title,desc"]}}}]
        """,
        parameters.toString(),
        true);
  }
}
